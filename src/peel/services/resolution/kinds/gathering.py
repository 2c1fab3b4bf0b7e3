"""Records of a described kind as DuckDB's tables `known` and `person`, in the form compared."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import duckdb
import pyarrow

from peel.kernel.access.markings import Marking
from peel.kernel.records import bulk
from peel.kernel.records.kinds import model_of
from peel.services.resolution.engine.duck import run
from peel.services.resolution.kinds.described import Described

CHUNK = 20_000
_OURS = ("pk", "carried_restricted", "carried_marking")


def gather(connection: duckdb.DuckDBPyConnection, organisation: UUID, one: Described) -> int:
    """Make `known` (number, id, apart) and `person`. Within `speaking_as_system`.

    `apart` is 1 for a record that the machine may not join by itself. Gives how many there are.
    """
    schema = _schema(one)
    columns = ", ".join(f'"{each.name}" {_TYPES[each.type]}' for each in schema)
    run(connection, "create or replace table known (number bigint, id uuid, apart varchar)")
    run(connection, f"create or replace table person (unique_id bigint, {columns})")
    records = 0
    for chunk in _chunks(organisation, one):
        numbers = pyarrow.array(range(records + 1, records + len(chunk) + 1), pyarrow.int64())
        raws = [dict(zip((*_OURS, *one.reads), row, strict=True)) for row in chunk]
        _known(connection, numbers, raws, one)
        _persons(connection, numbers, [one.standard(raw) for raw in raws], schema)
        records += len(chunk)
    return records


_TYPES = {pyarrow.string(): "varchar", pyarrow.float64(): "double",
          pyarrow.list_(pyarrow.string()): "varchar[]"}  # fmt: skip


def _schema(one: Described) -> pyarrow.Schema:
    def type_of(name: str) -> Any:
        if name in one.lists:
            return pyarrow.list_(pyarrow.string())
        return pyarrow.float64() if name in one.measures else pyarrow.string()

    return pyarrow.schema([(name, type_of(name)) for name in one.fields])


def _chunks(organisation: UUID, one: Described) -> Iterator[list[tuple[Any, ...]]]:
    model: Any = model_of(one.kind)
    rows = model.objects.using(bulk.ALIAS).filter(carried_organisation_id=organisation)
    told = rows.order_by("pk").values_list(*_OURS, *one.reads).iterator(chunk_size=CHUNK)
    while chunk := list(islice(told, CHUNK)):
        yield chunk


def _known(
    connection: duckdb.DuckDBPyConnection, numbers: Any, raws: Sequence[dict[str, Any]],
    one: Described,
) -> None:  # fmt: skip
    apart = [
        raw["carried_restricted"] or raw["carried_marking"] > Marking.OFFICIAL or one.by_hand(raw)
        for raw in raws
    ]
    connection.register("chunk", pyarrow.table({
        "number": numbers, "id": [str(raw["pk"]) for raw in raws],
        "apart": ["1" if each else "0" for each in apart],
    }))  # fmt: skip
    run(connection, "insert into known select number, id::uuid, apart from chunk")
    connection.unregister("chunk")


def _persons(
    connection: duckdb.DuckDBPyConnection, numbers: Any, rows: Sequence[dict[str, Any]],
    schema: pyarrow.Schema,
) -> None:  # fmt: skip
    columns = {"unique_id": numbers}
    for each in schema:
        columns[each.name] = pyarrow.array([row[each.name] for row in rows], each.type)
    connection.register("chunk", pyarrow.table(columns))
    run(connection, "insert into person select * from chunk")
    connection.unregister("chunk")
