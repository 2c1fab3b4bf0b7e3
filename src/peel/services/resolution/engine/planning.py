"""From scores to a plan: what is joined, what a person is asked, and what stands in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peel.services.resolution.engine.clustering import Edge, Refusal, clusters
from peel.services.resolution.engine.guards import Guards

Pair = tuple[int, int]


@dataclass(frozen=True)
class Held:
    """What people and earlier runs have said of pairs, and what the machine may not touch.

    `alone` are records that only a person joins: restricted, marked, juvenile.
    """

    same: Sequence[Pair] = ()
    different: frozenset[Pair] = frozenset()
    unsure: frozenset[Pair] = frozenset()
    alone: frozenset[int] = frozenset()
    twins: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Question:
    """A pair for a person, with why the machine did not join it itself ("" by its weight alone)."""

    first: int
    second: int
    weight: float
    why: str = ""
    attention: bool = False


@dataclass
class Plan:
    """What a run would do. `joins` are as few pairs as hold each group together."""

    joins: list[Edge] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def plan(
    edges: Sequence[Edge], guards: Guards, held: Held, *, join: float, review: float, least: float
) -> Plan:
    """The plan of one run over all scored pairs."""
    refused: list[Refusal] = []
    groups = clusters(edges, least=least, forbidden=guards, refused=refused, together=held.same)
    made = Plan()
    place = {key: number for number, group in enumerate(groups) for key in group}
    inner: dict[int, list[Edge]] = {}
    for edge in edges:
        number = place.get(edge[0])
        if number is not None and number == place.get(edge[1]) and edge[2] >= review:
            inner.setdefault(number, []).append(edge)
    same: dict[int, list[Pair]] = {}
    for pair in held.same:
        same.setdefault(place[pair[0]], []).append(pair)
    made.counts = {"new": 0, "joined": 0, "merged": 0}
    for number, its in inner.items():
        _one_group(made, _Forest(same.get(number, ())), its, held, join)
    made.questions += _attention(edges, refused, review, held.unsure | held.different)
    made.counts |= {
        "joins": len(made.joins), "questions": sum(not q.attention for q in made.questions),
        "attention": sum(q.attention for q in made.questions),
    }  # fmt: skip
    return made


class _Forest:
    """Which records hang together, starting from what has been judged the same already."""

    def __init__(self, same: Iterable[Pair]) -> None:
        self.root: dict[int, int] = {}
        self.before: dict[int, int] = {}
        for one, two in same:
            self.union(one, two)
        for key in list(self.root):
            self.before[key] = self.top(key)

    def top(self, key: int) -> int:
        found = self.root.setdefault(key, key)
        while found != self.root[found]:
            self.root[found] = self.root[self.root[found]]
            found = self.root[found]
        return found

    def union(self, one: int, two: int) -> bool:
        first, second = self.top(one), self.top(two)
        self.root[first] = second
        return first != second


def _one_group(made: Plan, forest: _Forest, edges: list[Edge], held: Held, join: float) -> None:
    """The best pairs first: those that may be joined are, the next best that would is asked."""
    edges.sort(key=lambda edge: -edge[2])
    joined: list[Edge] = []
    for one, two, weight in edges:
        alone = one in held.alone or two in held.alone
        if weight < join or alone or (one, two) in held.twins or (one, two) in held.unsure:
            continue
        if forest.union(one, two):
            joined.append((one, two, weight))
    made.joins += joined
    _count(made.counts, forest, joined)
    for one, two, weight in edges:
        if (one, two) not in held.unsure and forest.union(one, two):
            made.questions.append(Question(one, two, weight, _why(one, two, held)))


def _why(one: int, two: int, held: Held) -> str:
    if (one, two) in held.twins:
        return "They may be twins: one surname, date of birth and address, two forenames"
    if one in held.alone or two in held.alone:
        return "One of them is restricted, marked above OFFICIAL, or may be under 18"
    return ""


def _count(counts: dict[str, int], forest: _Forest, joined: list[Edge]) -> None:
    """What the joins do to groups: new ones, records added to one, two that become one."""
    groups: dict[int, set[int]] = {}
    for one, two, _ in joined:
        for key in (one, two):
            groups.setdefault(forest.top(key), set()).add(key)
    for keys in groups.values():
        earlier = {forest.before[key] for key in keys if key in forest.before}
        counts["new" if not earlier else "joined" if len(earlier) == 1 else "merged"] += 1


def _attention(
    edges: Sequence[Edge], refused: list[Refusal], review: float, settled: frozenset[Pair]
) -> list[Question]:
    """The best pair between two groups that a guard has kept apart, once for each two groups."""
    wanted: dict[int, list[int]] = {}
    best: dict[tuple[int, str], Edge] = {}
    for number, each in enumerate(refused):
        if each.why != "two of them are judged different":
            for key in (*each.first, *each.second):
                wanted.setdefault(key, []).append(number)
    sides = [(set(each.first), set(each.second)) for each in refused]
    for edge in edges:
        if edge[2] < review or edge[:2] in settled:
            continue
        for number in wanted.get(edge[0], ()):
            first, second = sides[number]
            across = (edge[0] in first and edge[1] in second) or (
                edge[0] in second and edge[1] in first
            )
            why = (number, refused[number].why)
            if across and (why not in best or edge[2] > best[why][2]):
                best[why] = edge
    found: dict[Pair, Question] = {}
    for (_, said), (one, two, weight) in best.items():
        words = f"The scores would join them, but {said}"
        found.setdefault((one, two), Question(one, two, weight, words, attention=True))
    return list(found.values())
