"""The bulk path: rows are copied as JSON into a closed table, then moved in by one function.

For loaders only (role `peel_loader`): nothing here asks for a permission. Version rows are kept
by the same triggers as elsewhere; the ledger line of a batch names every record and its version.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connections, models

from peel.kernel.audit import ledger
from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Document, Kind, Record

ALIAS = "loader"
_encode = json.JSONEncoder(default=str).encode
# The event `RecordChanged` of each record, written where the records are: a row at a time from
# Python would take longer than loading it.
_TELL = """
insert into base_event (id, name, payload, record_id, at)
select n.id, 'record.changed', jsonb_build_object(
    'record_id', r.id, 'kind', r.kind, 'version', n.version, 'through', %s::text,
    'by', r.changed_by_id, 'made', n.version = 1), r.id, clock_timestamp()
from unnest(%s::uuid[], %s::uuid[], %s::integer[]) as n (id, record, version)
join records_record r on r.id = n.record
"""


class Batch:
    """One batch of rows on its way in. Use it within `speaking_as_system(..., "loader")`.

    `add` rows of models in any order, then `take_in` once: parents go in first, then kinds, what
    hangs on them, and search documents.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.id = uuid7()
        self._rows: list[tuple[str, dict[str, Any]]] = []
        self.subjects: list[UUID] = []

    def add(self, rows: Iterable[models.Model]) -> None:
        """Add rows; a kind of record brings its Record's row with it."""
        for row in rows:
            if isinstance(row, Record):
                _settle_key(row)
                self._rows.append((Record._meta.db_table, columns_of(row, Record)))
                self.subjects.append(row.pk)
            self._rows.append((row._meta.db_table, columns_of(row, type(row))))

    def add_columns(self, table: str, columns: Mapping[str, Any]) -> None:
        """Add a row as its columns: for loaders that fill `columns_of` one row again and again.

        Name a Record that comes in so among the `subjects`.
        """
        self._rows.append((table, dict(columns)))

    def add_document(self, record: Record, document: Mapping[str, Any]) -> None:
        """Add the search document of a record (what `machine.documents.document_of` gives)."""
        row = {"record_id": record.pk, "kind": record.kind, **document}
        row["names"] = str(row["names"]).lower()
        self._rows.append((Document._meta.db_table, row))

    def take_in(self, *, act: ledger.Act = ledger.Act.COLLECTION) -> dict[str, int]:
        """Move everything in and write the batch's ledger line; gives how many by table.

        `act` is the act of the line. Call it as the last statements of the transaction.
        """
        with connections[ALIAS].cursor() as cursor:
            with cursor.copy("copy records_staged (batch, target, row) from stdin") as copy:
                for target, row in self._rows:
                    copy.write_row((self.id, target, _encode(row)))
            cursor.execute("select target, moved from records.take_in(%s)", [self.id])
            moved = dict(cursor.fetchall())
        write_line(self.name, self.subjects, [1] * len(self.subjects), act)
        return moved


def write_line(
    name: str,
    subjects: Sequence[UUID],
    versions: Sequence[int],
    act: ledger.Act = ledger.Act.COLLECTION,
) -> None:
    """The ledger line of a batch: every record that it made or changed, with its version.

    Each of them is told to be changed, as a command tells it.
    """
    ids = [uuid7() for _ in subjects]
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_TELL, [name, ids, list(subjects), list(versions)])
    ledger.write(act=act, name=name, subjects=subjects, versions=versions, using=ALIAS)


def fold_tallies() -> int:
    """Sum the differences of the facet counters; gives how many cells there are then."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select records.fold_tallies()")
        return int(cursor.fetchone()[0])


def _settle_key(row: Record) -> None:
    """A kind's own key and its Record's are two attributes: whichever was given stands for both."""
    if isinstance(row, Kind):
        if row.record_ptr_id is None:
            row.record_ptr_id = row.id
        row.id = row.record_ptr_id


def columns_of(row: models.Model, model: type[models.Model]) -> dict[str, Any]:
    """The columns of a row's own table as JSON takes them."""
    found: dict[str, Any] = {}
    for field in model._meta.local_concrete_fields:
        if field.name.startswith("carried_") or field.name == "vector":
            continue
        value = getattr(row, field.attname)
        found[str(field.column)] = field.get_prep_value(value) if value is not None else None
    return found
