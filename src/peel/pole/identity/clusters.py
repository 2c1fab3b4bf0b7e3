"""From judgements to clusters: a pure function of what was said, in whatever order it was said."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Said:
    """A judgement of two records: "same", "different" or "unsure", from when until when."""

    first: UUID
    second: UUID
    verdict: str = "same"
    at: datetime.datetime | None = None
    ended: datetime.datetime | None = None

    def holds(self, at: datetime.datetime | None) -> bool:
        """Whether it held at a moment; without one, whether it holds."""
        if at is None:
            return self.ended is None
        return (self.at is None or self.at <= at) and (self.ended is None or self.ended > at)


Clusters = dict[UUID, tuple[UUID, ...]]


def clusters(judgements: Iterable[Said], at: datetime.datetime | None = None) -> Clusters:
    """Every record that is the same as another, with all that are the same, the oldest first.

    The clusters are the connected components of the judgements "same" that hold (at a moment, or
    now). Ids are of UUID version 7, so the least is the oldest. A record alone is not in it.
    """
    root: dict[UUID, UUID] = {}

    def top(key: UUID) -> UUID:
        while root.setdefault(key, key) != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for said in judgements:
        if said.verdict == "same" and said.holds(at):
            root[top(said.first)] = top(said.second)
    groups: dict[UUID, list[UUID]] = {}
    for key in root:
        groups.setdefault(top(key), []).append(key)
    found = (tuple(sorted(group)) for group in groups.values())
    return {key: group for group in found for key in group}
