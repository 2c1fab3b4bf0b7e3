"""A plan in the tables of its run: judgements ready to apply, questions, and changes of groups."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import duckdb
import pyarrow
from django.db import connections

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.services.resolution.engine import duck, planning
from peel.services.resolution.engine.changes import SORTS, Change
from peel.services.resolution.engine.scoring import Scorer
from peel.services.resolution.models import Change as Shown
from peel.services.resolution.models import Proposal, Run

USING = bulk.ALIAS
PLANNED = "resolution.run"
# How many changes of each sort a run's page can show, the largest groups first.
SHOWN = 25


def keep(
    connection: duckdb.DuckDBPyConnection, one: Run, made: planning.Plan, scorer: Scorer
) -> None:
    """Joins and ends into the run's own table, questions as proposals, changes for its page."""
    shown = list(_shown(made.changes))
    numbers = {key for each in (*made.joins, *made.ends) for key in each[:2]}
    numbers |= {key for each in made.questions for key in (each.first, each.second)}
    numbers |= {key for each in shown for part in each.parts for key in part}
    ids = _ids(connection, numbers)
    with (
        connections[USING].cursor() as cursor,
        cursor.copy(
            "copy resolution_edge (run_id, first_id, second_id, weight, ends) from stdin"
        ) as copy,
    ):
        for edges, ends in ((made.joins, False), (made.ends, True)):
            for first, second, weight in edges:
                copy.write_row((one.pk, ids[first], ids[second], weight, ends))
    _propose(connection, one, made.questions, scorer, ids)
    _show(one, shown, ids)


def _shown(found: Sequence[Change]) -> Iterator[Change]:
    for sort in SORTS:
        of_it = [each for each in found if each.sort == sort]
        yield from sorted(of_it, key=lambda each: (-each.size, each.parts))[:SHOWN]


def _show(one: Run, shown: Sequence[Change], ids: dict[int, UUID]) -> None:
    door, shared = bulk.Batch(PLANNED), {"run_id": str(one.pk)}
    for number, each in enumerate(shown):
        for part, keys in enumerate(each.parts):
            for key in keys:
                told = {"id": str(uuid7()), "sort": each.sort, "number": number, "part": part,
                        "record_id": str(ids[key])}  # fmt: skip
                door.add_columns(Shown._meta.db_table, told, shared)
    if door:
        with connections[USING].cursor() as cursor:
            door.stage_and_move(cursor)


def _ids(connection: duckdb.DuckDBPyConnection, numbers: set[int]) -> dict[int, UUID]:
    connection.register("wanted", pyarrow.table({
        "number": pyarrow.array(sorted(numbers), pyarrow.int64())
    }))  # fmt: skip
    rows = duck.run(connection, "select number, id from known semi join wanted using (number)")
    connection.unregister("wanted")
    return dict(rows)


def _propose(
    connection: duckdb.DuckDBPyConnection, one: Run, questions: Sequence[planning.Question],
    scorer: Scorer, ids: dict[int, UUID],
) -> None:  # fmt: skip
    open_now = set(Proposal.objects.using(USING).filter(state=Proposal.State.OPEN)
                   .values_list("first_id", "second_id"))  # fmt: skip
    rows = _rows(connection, {key for each in questions for key in (each.first, each.second)})
    shared = {"run_id": str(one.pk), "state": "open", "verdict": "",
              "made_at": clock.now().isoformat()}  # fmt: skip
    door = bulk.Batch(PLANNED)
    for each in questions:
        pair = sorted((ids[each.first], ids[each.second]))
        if tuple(pair) in open_now:
            continue
        parts = [[part.words, part.level, round(part.weight, 2), not part.missing]
                 for part in scorer.score(rows[each.first], rows[each.second]).parts]  # fmt: skip
        told = {"id": str(uuid7()), "first_id": str(pair[0]), "second_id": str(pair[1]),
                "weight": round(each.weight, 3), "parts": parts, "why": each.why,
                "attention": each.attention}  # fmt: skip
        door.add_columns(Proposal._meta.db_table, told, shared)
    if door:
        with connections[USING].cursor() as cursor:
            door.stage_and_move(cursor)


def _rows(connection: duckdb.DuckDBPyConnection, numbers: set[int]) -> dict[int, dict[str, Any]]:
    connection.register("wanted", pyarrow.table({
        "unique_id": pyarrow.array(sorted(numbers), pyarrow.int64())
    }))  # fmt: skip
    found = connection.execute("select * from person semi join wanted using (unique_id)")
    names = [each[0] for each in found.description]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    connection.unregister("wanted")
    return rows
