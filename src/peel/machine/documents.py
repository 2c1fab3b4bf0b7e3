"""The search document of a record, written inside the command that changed it."""

import re
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from peel.kernel.records.models import Record


def normal(number: str) -> str:
    """A number as search compares it: capitals and digits only ("sw1a 1aa" as "SW1A1AA")."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())[:64]


def document_of(record: "Record") -> dict[str, Any]:
    """What search should know of a record, as its sheet declares."""
    from peel.machine.registry import sheet_of_model

    sheet = sheet_of_model(type(record))
    if sheet is None:
        raise LookupError(f"no sheet declares {type(record).__name__}")
    body = sheet.search.body(record)
    numbers = [record.reference, *sheet.search.numbers(record)]
    return {
        "caption": record.title,
        "names": " ".join(filter(None, sheet.search.names(record))),
        "numbers": sorted({normal(number) for number in numbers if number}),
        # What only repeats the caption is found by the caption.
        "body": "" if body == record.title else body,
    }


def write_document(record: "Record", using: str = "default") -> None:
    """Write or replace the search document of a record the caller may see."""
    document = document_of(record)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select records.put_document(%s, %s, %s, %s, %s)",
            [
                record.pk,
                document["caption"],
                document["names"],
                document["numbers"],
                document["body"],
            ],
        )
