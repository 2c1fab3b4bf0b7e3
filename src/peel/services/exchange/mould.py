"""One record of a kind, filled again for each row of a file, for everything that loads in bulk."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connections

from peel.kernel.access.models import Appointment
from peel.kernel.base import references
from peel.kernel.places import coordinates
from peel.kernel.records import bulk
from peel.kernel.records.kinds import kind_of
from peel.kernel.records.models import Document, Kind, Record
from peel.machine.documents import document_of
from peel.machine.registry import sheet_of_model
from peel.machine.sheets import Sheet

_RECORDS = Record._meta.db_table
_DOCUMENTS = Document._meta.db_table


class Mould:
    """One record of a kind, filled again for each row: a model made anew costs ten times as much.

    Titles and search documents come from the sheet, columns from the models, as everywhere. The
    record belongs to `post`'s unit, and was made and changed through `through`.
    """

    def __init__(
        self, model: type[Kind], post: Appointment, now: datetime, through: str, **fixed: Any
    ) -> None:
        self.sheet = _sheet(model)
        self.record = model(
            kind=kind_of(model),
            organisation_id=post.organisation_id,
            owner_unit_id=post.unit_id,
            marking=fixed.pop("marking", self.sheet.markings.default),
            state=self.sheet.flow.start.name if self.sheet.flow else "live",
            created_at=now,
            created_by_id=post.pk,
            changed_at=now,
            changed_by_id=post.pk,
            changed_through=through,
            **fixed,
        )
        self.prefix = self.sheet.numbers.prefix
        self._base = bulk.columns_of(self.record, Record)
        self._own = bulk.columns_of(self.record, model)
        self._document = {"kind": self.record.kind}
        self._table = model._meta.db_table

    def title(self, **values: Any) -> str:
        """The title that a record with these values has."""
        for name, value in values.items():
            setattr(self.record, name, value)
        return self.sheet.caption(self.record)[:200]

    def document(self, record: UUID, reference: str, title: str) -> dict[str, Any]:
        """The search document of the record that was filled in last."""
        self.record.record_ptr_id = record
        self.record.reference, self.record.title = reference, title
        return document_of(self.record)

    def add_to(
        self, door: bulk.Batch, record: UUID, reference: str, columns: Mapping[str, Any],
        **values: Any,
    ) -> None:  # fmt: skip
        """Add a record with its search document; `columns` are the `values` as stored.

        Each record of one mould has the same columns.
        """
        title = self.title(**values)
        key = str(record)
        door.add_columns(_RECORDS, {"id": key, "reference": reference, "title": title}, self._base)
        door.add_columns(self._table, {**columns, "record_ptr_id": key}, self._own)
        document = self.document(record, reference, title)
        document |= {"record_id": key, "names": str(document["names"]).lower()}
        door.add_columns(_DOCUMENTS, document, self._document)
        door.subjects.append(record)


def taken(drawn: Collection[str], using: str) -> Sequence[str]:
    """Which of these references exist: the loader's role sees every record."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select reference from records_record where reference = any (%s)", [list(drawn)]
        )
        return [reference for (reference,) in cursor.fetchall()]


def numbered(prefix: str, count: int, now: datetime, using: str) -> list[str]:
    """So many references of a kind that nothing bears yet."""
    if not count:
        return []
    return references.draw_many(prefix, count, moment=now, taken=lambda drawn: taken(drawn, using))


def grid(
    longitudes: Sequence[float], latitudes: Sequence[float]
) -> list[tuple[float, float] | None]:
    """Easting and northing of each point; None where the national grid does not reach."""
    if not longitudes:
        return []
    found = coordinates.many_to_grid(longitudes, latitudes)
    return [
        None if np.isnan(easting) or np.isnan(northing) else (float(easting), float(northing))
        for easting, northing in zip(*found, strict=True)
    ]


def _sheet(model: type[Kind]) -> Sheet:
    sheet = sheet_of_model(model)
    if sheet is None:
        raise LookupError(f"no sheet declares {model.__name__}")
    return sheet
