"""Lines of the ledger as text: CSV for a spreadsheet, JSON for a program."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from peel.kernel.audit.reading import Line
from peel.services.oversight import words
from peel.services.oversight.people import Actor
from peel.services.oversight.subjects import Subject

FIELDS = (
    "id", "at_london", "at_utc", "officer", "post", "user_id", "appointment_id",
    "organisation_id", "database_role", "source", "request_id", "operation",
    "operation_in_words", "act", "outcome", "purpose_kind", "purpose", "purpose_record", "query",
    "records", "references", "versions", "detail", "lane", "number", "hash",
)  # fmt: skip
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Writer(Protocol):
    """Writes a file piece by piece."""

    media_type: str
    suffix: str

    def head(self, about: Mapping[str, Any]) -> str:
        """What stands before the lines."""

    def chunk(self, rows: Iterable[Mapping[str, Any]]) -> str:
        """Some lines."""

    def tail(self) -> str:
        """What stands after them."""


class CsvWriter:
    """One line a row, in UTF-8 with a mark that spreadsheets understand."""

    media_type = "text/csv; charset=utf-8"
    suffix = "csv"

    def head(self, about: Mapping[str, Any]) -> str:
        """The names of the columns; `about` has no place in a table."""
        return "\ufeff" + _csv(FIELDS)

    def chunk(self, rows: Iterable[Mapping[str, Any]]) -> str:
        """Some rows, formulas defused."""
        return "".join(_csv([defused(_cell(row[name])) for name in FIELDS]) for row in rows)

    def tail(self) -> str:
        """Nothing."""
        return ""


class JsonWriter:
    """One object: what was asked, and the list of lines."""

    media_type = "application/json"
    suffix = "json"

    def __init__(self) -> None:
        self._begun = False

    def head(self, about: Mapping[str, Any]) -> str:
        """What was asked, and the beginning of the list."""
        return json.dumps(dict(about), ensure_ascii=False)[:-1] + ', "lines": ['

    def chunk(self, rows: Iterable[Mapping[str, Any]]) -> str:
        """Some lines, each on a line of its own."""
        pieces = []
        for row in rows:
            pieces.append((",\n" if self._begun else "\n") + json.dumps(row, ensure_ascii=False))
            self._begun = True
        return "".join(pieces)

    def tail(self) -> str:
        """The end of the list."""
        return "\n]}\n"


FORMATS = (CsvWriter.suffix, JsonWriter.suffix)


def writer(suffix: str) -> Writer:
    """The writer of one of FORMATS."""
    return CsvWriter() if suffix == CsvWriter.suffix else JsonWriter()


def row_of(line: Line, actor: Actor, known: Mapping[UUID, Subject]) -> dict[str, Any]:
    """A line as plain values by the names of FIELDS."""
    return {
        "id": str(line.id),
        "at_london": words.moment(line.at),
        "at_utc": line.at.isoformat(),
        "officer": actor.caption,
        "post": actor.post,
        "user_id": _text(line.user_id),
        "appointment_id": _text(line.appointment_id),
        "organisation_id": _text(line.organisation_id),
        "database_role": line.role,
        "source": line.source,
        "request_id": _text(line.request_id),
        "operation": line.name,
        "operation_in_words": words.operation(line.name),
        "act": line.act,
        "outcome": line.outcome,
        "purpose_kind": line.purpose_kind,
        "purpose": line.purpose,
        "purpose_record": _text(line.purpose_record),
        "query": line.query,
        "records": [str(each) for each in line.subjects],
        "references": [known[each].reference for each in line.subjects if known[each].reference],
        "versions": list(line.versions),
        "detail": line.detail,
        "lane": line.lane,
        "number": line.number,
        "hash": line.hash.hex(),
    }


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) or cell[:1] in _FORMULA else cell


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _csv(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
