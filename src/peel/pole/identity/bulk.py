"""Many judgements in one act, by the loader's role: what a run of the machine writes and undoes.

All of it is one transaction of the caller's: either every judgement of a run stands or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from peel.kernel.access.identity import speaking_as_system
from peel.kernel.audit import ledger
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.pole.identity.models import Judgement, Verdict

USING = bulk.ALIAS
JOINED, WITHDRAWN = "identity.run.apply", "identity.run.rollback"
# How many records one line of the ledger names.
LINE = 10_000


@dataclass(frozen=True)
class Machine:
    """Who judges: the run, the fingerprint of its model, and the post that it speaks for."""

    run: UUID
    model: str
    post: UUID


Pair = tuple[UUID, UUID, float]


def join(machine: Machine, pairs: Sequence[Pair], reason: str) -> int:
    """Judge these pairs the same, in one transaction; gives how many clusters that leaves.

    Raises django.db.Error, with nothing written, where it would join two that are different or
    judge a pair a second time.
    """
    with speaking_as_system(machine.post, USING):
        return joined(machine, pairs, reason)


def joined(machine: Machine, pairs: Sequence[Pair], reason: str) -> int:
    """What `join` does, within a transaction that the caller has opened."""
    now, act = clock.now(), uuid7()
    shared: dict[str, Any] = {
        "verdict": Verdict.SAME, "reason": reason, "act": str(act), "model": machine.model,
        "run": str(machine.run), "asserted_by_id": str(machine.post), "marking": 1,
        "asserted_at": now.isoformat(), "end_reason": "",
    }  # fmt: skip
    door = bulk.Batch(JOINED)
    table = Judgement._meta.db_table
    for one, two, score in pairs:
        first, second = sorted((one, two))
        told = {"id": str(uuid7()), "first_id": str(first), "second_id": str(second)}
        door.add_columns(table, told | {"score": round(score, 3)}, shared)
    records = list({key for pair in pairs for key in pair[:2]})
    with connections[USING].cursor() as cursor:
        cursor.execute("select identity.begin_many()")
        door.stage_and_move(cursor)
        found = _regroup(cursor, records, now)
    _lines(JOINED, ledger.Act.COMBINATION, records)
    return found


def withdraw(machine: Machine, reason: str) -> int:
    """End every judgement of the run that still holds; gives how many records it was about."""
    with speaking_as_system(machine.post, USING):
        return withdrawn(machine, reason)


def withdrawn(machine: Machine, reason: str) -> int:
    """What `withdraw` does, within a transaction that the caller has opened."""
    now = clock.now()
    with connections[USING].cursor() as cursor:
        cursor.execute("select identity.begin_many()")
        cursor.execute(
            "select identity.end_run(%s, %s, %s, %s, %s)",
            [machine.run, now, machine.post, reason[:500], uuid7()],
        )
        records = list(cursor.fetchone()[0])
        _regroup(cursor, records, now)
    _lines(WITHDRAWN, ledger.Act.ALTERATION, records)
    return len(records)


def _regroup(cursor: Any, records: Sequence[UUID], at: Any) -> int:
    cursor.execute("select identity.regroup_many(%s, %s)", [list(records), at])
    return int(cursor.fetchone()[0])


def _lines(name: str, act: ledger.Act, records: Sequence[UUID]) -> None:
    for place in range(0, len(records), LINE):
        ledger.write(act=act, name=name, subjects=records[place : place + LINE], using=USING)
