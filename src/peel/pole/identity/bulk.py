"""Many judgements in one act, by the loader's role: what a run of the machine writes and undoes.

All of it is one transaction of the caller's: either every judgement of a run stands or none.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections, transaction
from django.db.models import Exists, OuterRef

from peel.kernel.audit import ledger
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.pole.identity.models import Judgement, Verdict

USING = bulk.ALIAS
# What the trigger raises where two that are different would be one.
CLASH = "PI001"
JOINED, WITHDRAWN = "identity.run.apply", "identity.run.rollback"
# How many records one line of the ledger names.
LINE = 10_000


@dataclass(frozen=True)
class Machine:
    """Who judges: the run, the fingerprint of its model, and the post that it speaks for."""

    run: UUID
    model: str
    post: UUID


class Stale(Exception):
    """A judgement that was to be ended does not hold any more, or a person said it."""


Pair = tuple[UUID, UUID, float]
Joins = tuple[Sequence[Pair], str]
Ends = tuple[Sequence[tuple[UUID, UUID]], str]
NOTHING: Ends = ((), "")


def judged(machine: Machine, joins: Joins, ends: Ends = NOTHING) -> int:
    """Judge pairs the same, and end judgements that earlier runs wrote, each with its reason.

    Within a transaction of the caller's; gives how many clusters that leaves. Raises Stale where
    what is to be ended does not hold.
    """
    now = clock.now()
    records = list({key for one, two, _ in joins[0] for key in (one, two)}
                   | {key for pair in ends[0] for key in pair})  # fmt: skip
    door = bulk.Batch(JOINED)
    _put(door, machine, joins, now)
    with connections[USING].cursor() as cursor:
        cursor.execute("select identity.begin_many()")
        _end(cursor, machine, ends, now)
        if door:
            door.stage_and_move(cursor)
        found = _regroup(cursor, records, now)
    _lines(JOINED, ledger.Act.COMBINATION, records)
    return found


def _put(door: bulk.Batch, machine: Machine, joins: Joins, now: datetime.datetime) -> None:
    """Judgements of the run, on their way in. The run is their act: they are undone together."""
    pairs, reason = joins
    shared: dict[str, Any] = {
        "verdict": Verdict.SAME, "reason": reason, "act": str(machine.run), "model": machine.model,
        "run": str(machine.run), "asserted_by_id": str(machine.post), "marking": 1,
        "asserted_at": now.isoformat(), "end_reason": "",
    }  # fmt: skip
    for one, two, score in pairs:
        first, second = sorted((one, two))
        told = {"id": str(uuid7()), "first_id": str(first), "second_id": str(second)}
        door.add_columns(Judgement._meta.db_table, told | {"score": round(score, 3)}, shared)


def _end(cursor: Any, machine: Machine, ends: Ends, now: datetime.datetime) -> None:
    pairs, reason = ends
    if not pairs:
        return
    ordered = [sorted(pair) for pair in pairs]
    cursor.execute(
        "select identity.end_pairs(%s, %s, %s, %s, %s, %s)",
        [[pair[0] for pair in ordered], [pair[1] for pair in ordered], now, machine.post,
         reason[:500], machine.run],
    )  # fmt: skip
    if cursor.fetchone()[0] != len(pairs):
        raise Stale


def withdrawn(machine: Machine, reason: str, undone: Collection[UUID] = ()) -> int:
    """End every judgement of the run that still holds; gives how many records it was about.

    Within a transaction of the caller's. What the run had ended is judged again, but what a run
    among `undone` had said, what people have judged since, and what would bring together two that
    are different by now.
    """
    now = clock.now()
    with connections[USING].cursor() as cursor:
        cursor.execute("select identity.begin_many()")
        cursor.execute(
            "select identity.end_run(%s, %s, %s, %s, %s)",
            [machine.run, now, machine.post, reason[:500], uuid7()],
        )
        records = list(cursor.fetchone()[0])
        _regroup(cursor, records, now)
        again = _ended_by(machine, undone)
        if not _said_again(cursor, again, reason, now):
            for each in again:
                _said_again(cursor, [each], reason, now)
    records = list({*records, *(key for row in again for key in (row.first_id, row.second_id))})
    _lines(WITHDRAWN, ledger.Act.ALTERATION, records)
    return len(records)


def _ended_by(machine: Machine, undone: Collection[UUID]) -> list[Judgement]:
    """What a run ended and nobody has judged since."""
    rows = Judgement.objects.using(USING)
    held = rows.filter(first=OuterRef("first"), second=OuterRef("second"), ended_at=None)
    ended = rows.filter(ended_act=machine.run).exclude(run__in=list(undone))
    return list(ended.exclude(Exists(held)).order_by("pk"))


def _said_again(
    cursor: Any, rows: Sequence[Judgement], reason: str, now: datetime.datetime
) -> bool:
    """Judge again what these rows say; False, with nothing written, where two are different."""
    door = bulk.Batch(WITHDRAWN)
    for row in rows:
        words = f"{row.reason} (again, for that was undone: {reason})"[:500]
        told = {"id": str(uuid7()), "reason": words, "asserted_at": now, "ended_at": None,
                "ended_by_id": None, "end_reason": "", "ended_act": None}  # fmt: skip
        door.add_columns(Judgement._meta.db_table, bulk.columns_of(row, Judgement) | told)
    if not door:
        return True
    try:
        with transaction.atomic(using=USING):
            door.stage_and_move(cursor)
            _regroup(cursor, [key for row in rows for key in (row.first_id, row.second_id)], now)
    except DatabaseError as problem:
        if getattr(problem.__cause__, "sqlstate", "") != CLASH:
            raise
        return False
    return True


def _regroup(cursor: Any, records: Sequence[UUID], at: Any) -> int:
    cursor.execute("select identity.regroup_many(%s, %s)", [list(records), at])
    return int(cursor.fetchone()[0])


def _lines(name: str, act: ledger.Act, records: Sequence[UUID]) -> None:
    for place in range(0, len(records), LINE):
        ledger.write(act=act, name=name, subjects=records[place : place + LINE], using=USING)
