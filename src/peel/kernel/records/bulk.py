"""The bulk path: rows are copied as JSON into a closed table, then moved in by one function.

For loaders only (role `peel_loader`): nothing here asks for a permission. Version rows are kept
by the same triggers as elsewhere; the ledger line of a batch names every record and its version.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connections, models

from peel.kernel.audit import ledger
from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Document, Kind, Record

ALIAS = "loader"
NOTHING: Mapping[str, Any] = MappingProxyType({})
# How many rows are staged as one: a JSON value of PostgreSQL ends at 256 MB.
CHUNK = 5_000
_encode = json.JSONEncoder(default=str).encode
# The event `RecordChanged` of each record, written where the records are: a row at a time from
# Python would take longer than loading it.
_TELL = """
insert into base_event (id, name, payload, record_id, at)
select n.id, 'record.changed', jsonb_build_object(
    'record_id', r.id, 'kind', r.kind, 'version', n.version, 'through', %s::text,
    'by', r.changed_by_id, 'made', n.version = 1), r.id, clock_timestamp()
from unnest(string_to_array(%s, ',')::uuid[], string_to_array(%s, ',')::uuid[],
  string_to_array(%s, ',')::integer[]) as n (id, record, version)
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
        # By table and by what its rows share, in the order in which they came.
        self._staged: dict[tuple[str, int], tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = {}
        self.subjects: list[UUID] = []
        # Records that the line names though they keep their version: the ends of a link.
        self.concerned: dict[UUID, None] = {}

    def __bool__(self) -> bool:
        return bool(self._staged)

    def add(self, rows: Iterable[models.Model]) -> None:
        """Add rows; a kind of record brings its Record's row with it."""
        for row in rows:
            if isinstance(row, Record):
                _settle_key(row)
                self.add_columns(Record._meta.db_table, columns_of(row, Record))
                self.subjects.append(row.pk)
            self.add_columns(row._meta.db_table, columns_of(row, type(row)))

    def add_columns(
        self, table: str, columns: Mapping[str, Any], fixed: Mapping[str, Any] = NOTHING
    ) -> None:
        """Add a row as its columns: for loaders that fill `columns_of` one row again and again.

        `fixed` are columns that many rows share: give the same mapping with each, for it is told
        by its identity; all rows of one `fixed` have the same columns. Name a Record that comes in
        so among the `subjects`.
        """
        key = (table, id(fixed))
        if key not in self._staged:
            self._staged[key] = (fixed, [])
        self._staged[key][1].append(columns)

    def add_document(self, record: Record, document: Mapping[str, Any]) -> None:
        """Add the search document of a record (what `machine.documents.document_of` gives)."""
        row = {"record_id": record.pk, "kind": record.kind, **document}
        row["names"] = str(row["names"]).lower()
        self.add_columns(Document._meta.db_table, row)

    def take_in(self, *, act: ledger.Act = ledger.Act.COLLECTION) -> dict[str, int]:
        """Move everything in and write the batch's ledger line; gives how many by table.

        `act` is the act of the line. Call it as the last statements of the transaction.
        """
        with connections[ALIAS].cursor() as cursor:
            moved = self.stage_and_move(cursor)
        write_line(self.name, self.subjects, [1] * len(self.subjects), act, self.concerned)
        return moved

    def stage_and_move(self, cursor: Any) -> dict[str, int]:
        """Move everything in and leave the ledger's line to the caller, who owes it."""
        with cursor.copy("copy records_staged (batch, target, row) from stdin") as copy:
            for (target, _), (fixed, rows) in self._staged.items():
                for place in range(0, len(rows), CHUNK):
                    chunk = {"fixed": dict(fixed), "rows": rows[place : place + CHUNK]}
                    copy.write_row((self.id, target, _encode(chunk)))
        cursor.execute("select target, moved from records.take_in(%s)", [self.id])
        return dict(cursor.fetchall())


def write_line(
    name: str,
    subjects: Sequence[UUID],
    versions: Sequence[int],
    act: ledger.Act = ledger.Act.COLLECTION,
    concerned: Iterable[UUID] = (),
) -> None:
    """The ledger line of a batch: every record that it made or changed, with its version.

    Each of them is told to be changed, as a command tells it. `concerned` are named besides.
    """
    # One text each: as arrays they would be written out element by element.
    columns = [
        ",".join(map(str, each)) for each in ([uuid7() for _ in subjects], subjects, versions)
    ]
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_TELL, [name, *columns])
    named = dict(zip(subjects, versions, strict=True))
    named = dict.fromkeys(concerned, 0) | named
    told = list(named.values()) if subjects else []
    ledger.write(act=act, name=name, subjects=list(named), versions=told, using=ALIAS)


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
