"""From scored pairs to clusters: the best joined first, as long as the whole agrees.

Joining whatever one pair joins puts thousands of records into one person once a few bits are given
away. Here two groups are joined only where the average over *all* pairs between them speaks for it,
each pair within bounds so that none decides alone: greedy average linkage on the log odds.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Edge = tuple[int, int, float]
# A pair counts for no more than this, and one that was never scored for this against.
BOUND, UNSCORED = 10.0, -8.0
# What a pair weighs that people have judged the same.
SETTLED = 1e6
Forbidden = Callable[[Sequence[int], Sequence[int]], str]


@dataclass(frozen=True)
class Refusal:
    """Two groups that the scores would join and a guard does not: for a person to look at."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    weight: float
    why: str


def components(edges: Iterable[Edge], least: float) -> list[list[int]]:
    """The groups that pairs of at least `least` bits connect, one with the next."""
    root: dict[int, int] = {}

    def top(key: int) -> int:
        found = root.setdefault(key, key)
        while found != root[found]:
            root[found] = root[root[found]]
            found = root[found]
        root[key] = found
        return found

    for one, two, weight in edges:
        if weight >= least:
            root[top(one)] = top(two)
    groups: dict[int, list[int]] = {}
    for key in root:
        groups.setdefault(top(key), []).append(key)
    return list(groups.values())


def clusters(
    edges: Sequence[Edge],
    *,
    least: float = 0.0,
    forbidden: Forbidden | None = None,
    refused: list[Refusal] | None = None,
    together: Sequence[tuple[int, int]] = (),
) -> list[list[int]]:
    """The clusters of two and more. `forbidden` says why two groups may not be joined, or "".

    `together` are pairs that people have judged the same: they are joined whatever they weigh.
    """
    held = {pair: SETTLED for pair in together}
    if held:
        edges = [(*edge[:2], held.pop(edge[:2], edge[2])) for edge in edges]
        edges += [(*pair, weight) for pair, weight in held.items()]
    groups = components(edges, least)
    place = {key: number for number, group in enumerate(groups) for key in group}
    inner: list[list[Edge]] = [[] for _ in groups]
    for edge in edges:
        number = place.get(edge[0])
        if number is not None and number == place.get(edge[1]):
            inner[number].append(edge)
    found: list[list[int]] = []
    for group, its in zip(groups, inner, strict=True):
        found += _agglomerated(group, its, least, forbidden, refused)
    return [group for group in found if len(group) > 1]


def _agglomerated(
    group: list[int],
    edges: list[Edge],
    least: float,
    forbidden: Forbidden | None,
    refused: list[Refusal] | None,
) -> list[list[int]]:
    size = len(group)
    if size == 2 and forbidden is None:
        return [group]
    whole = len(edges) == size * (size - 1) // 2 and all(edge[2] >= least for edge in edges)
    if whole and forbidden is None:
        return [group]
    return _Joining(edges, least).run(group, forbidden, refused)


class _Joining:
    """One component on its way to clusters."""

    def __init__(self, edges: list[Edge], least: float) -> None:
        self.least = least
        self.members: dict[int, list[int]] = {}
        # Of each group: with which other group, the sum of the scored pairs and their number.
        self.links: dict[int, dict[int, tuple[float, int]]] = {}
        for one, two, weight in edges:
            bounded = weight if weight == SETTLED else min(max(weight, -BOUND), BOUND)
            self.links.setdefault(one, {})[two] = (bounded, 1)
            self.links.setdefault(two, {})[one] = (bounded, 1)

    def average(self, one: int, two: int) -> float:
        total, count = self.links[one][two]
        pairs = len(self.members[one]) * len(self.members[two])
        return (total + (pairs - count) * UNSCORED) / pairs

    def run(
        self, group: list[int], forbidden: Forbidden | None, refused: list[Refusal] | None
    ) -> list[list[int]]:
        self.members = {key: [key] for key in group}
        heap = [(-self.average(one, two), one, two)
                for one, others in self.links.items() for two in others if one < two]  # fmt: skip
        heapq.heapify(heap)
        next_key = max(group) + 1
        while heap:
            against, one, two = heapq.heappop(heap)
            if -against < self.least:
                break
            if one not in self.members or two not in self.members:
                continue
            # What people have judged the same no guard takes apart.
            asked = forbidden is not None and -against <= BOUND
            if asked and forbidden and (why := forbidden(self.members[one], self.members[two])):
                if refused is not None:
                    first, second = tuple(self.members[one]), tuple(self.members[two])
                    refused.append(Refusal(first, second, -against, why))
                continue
            self._join(one, two, next_key)
            for other in self.links[next_key]:
                heapq.heappush(heap, (-self.average(next_key, other), next_key, other))
            next_key += 1
        return list(self.members.values())

    def _join(self, one: int, two: int, key: int) -> None:
        mine, its = self.links.pop(one), self.links.pop(two)
        mine.pop(two, None)
        its.pop(one, None)
        for other, (total, count) in its.items():
            held = mine.get(other, (0.0, 0))
            mine[other] = (held[0] + total, held[1] + count)
        for other in mine:
            theirs = self.links[other]
            theirs.pop(one, None)
            theirs.pop(two, None)
            theirs[key] = mine[other]
        self.links[key] = mine
        self.members[key] = self.members.pop(one) + self.members.pop(two)
