"""The shortest way from one record to another along links, as far as the reader may see.

Breadth first from both ends, a whole step at a time, so that what is found is shortest. Records
that are one person count as one. What the reader may not see is not walked through, and nothing
tells that there was something: no way at all and a way through the hidden read the same.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from peel.pole.charts.links import NOW, Clusters, When, from_side, to_side

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

STEPS, LOOKED_AT = 6, 50_000


@dataclass(frozen=True)
class Path:
    """A way, or why there is none: "none" (all was seen), "far" (too many steps), "wide"
    (too many records). `steps` says how far the search went.
    """

    ids: tuple[UUID, ...]
    ending: str
    steps: int
    looked_at: int

    @property
    def said(self) -> str:
        """The outcome in words."""
        if self.ids:
            count = len(self.ids) - 1
            return f"{count} step{'' if count == 1 else 's'} from one to the other."
        if self.ending == "none":
            return "No path: what can be reached from one of them does not hold the other."
        if self.ending == "far":
            return f"No path of {self.steps} steps or fewer. The search stopped there."
        return (
            f"The search stopped after {self.looked_at:,} records, with no path of {self.steps}"
            f" step{'' if self.steps == 1 else 's'} or fewer."
        )


class _Side:
    """What has been reached from one end: each record with the one it was reached from."""

    def __init__(self, start: UUID) -> None:
        self.before: dict[UUID, UUID | None] = {start: None}
        self.edge: set[UUID] = {start}

    def back(self, key: UUID) -> list[UUID]:
        """The way from `key` to the start."""
        way: list[UUID] = []
        at: UUID | None = key
        while at is not None:
            way.append(at)
            at = self.before[at]
        return way


def shortest(
    identity: "Identity",
    first: UUID,
    second: UUID,
    *,
    steps: int = STEPS,
    looked_at: int = LOOKED_AT,
    when: When = NOW,
) -> Path:
    """The shortest path, of at most `steps` steps. Call within `speaking`.

    Three queries a step. Records on the way are told to the ledger by whoever draws them.
    """
    own = Clusters([first, second], when)
    one, other = own.one(first), own.one(second)
    if one == other:
        return Path((one,), "found", 0, 1)
    ends = (_Side(one), _Side(other))
    for step in range(1, steps + 1):
        # The smaller edge is walked: the larger would cost more and find no more.
        side, far = sorted(ends, key=lambda each: len(each.edge))
        met = _walk(identity, side, far.before.keys(), when)
        count = sum(len(each.before) for each in ends)
        if met is not None:
            way = [*reversed(side.back(met)), *far.back(met)[1:]]
            ordered = way if way[0] == one else way[::-1]
            return Path(tuple(ordered), "found", step, count)
        if not side.edge:
            return Path((), "none", step, count)
        if count > looked_at:
            return Path((), "wide", step, count)
    return Path((), "far", steps, count)


def _walk(identity: "Identity", side: _Side, wanted: Collection[UUID], when: When) -> UUID | None:
    """One step out from a whole edge; gives a record that is wanted, if one is met."""
    own = Clusters(side.edge, when)
    named = {member: key for key in side.edge for member in own.members(key)}
    away = from_side(identity, named, when).values_list("from_record_id", "to_record_id")
    back = to_side(identity, named, when).values_list("to_record_id", "from_record_id")
    reached: dict[UUID, UUID] = {}
    for near, far in (*away.distinct(), *back.distinct()):
        reached.setdefault(far, named[near])
    others = Clusters(reached, when)
    fresh: dict[UUID, UUID] = {}
    for far, near in sorted(reached.items()):
        key = others.one(far)
        if key not in side.before:
            fresh.setdefault(key, near)
    side.before.update(fresh)
    side.edge = set(fresh)
    return min((key for key in fresh if key in wanted), default=None)
