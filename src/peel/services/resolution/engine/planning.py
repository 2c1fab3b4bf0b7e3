"""From scores to a plan: what is joined, what a person is asked, and what stands in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peel.services.resolution.engine.changes import Change, Pair, changes, counted
from peel.services.resolution.engine.clustering import Edge, Refusal, clusters, components
from peel.services.resolution.engine.guards import Guards

JUVENILE = "One of them is restricted, marked above OFFICIAL, or may be under 18"


@dataclass(frozen=True)
class Held:
    """What people and earlier runs have said of pairs, and what the machine may not touch.

    `same` holds whatever it weighs: people said so. `ours` was judged the same by earlier runs, and
    holds as long as a run would join it. `alone` are records that only a person joins, and why.
    """

    same: Sequence[Pair] = ()
    ours: Sequence[Pair] = ()
    different: frozenset[Pair] = frozenset()
    unsure: frozenset[Pair] = frozenset()
    alone: frozenset[int] = frozenset()
    twins: frozenset[Pair] = frozenset()
    why_alone: str = JUVENILE


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
    """What a run would do. `joins` are as few pairs as hold each group together; `ends` are
    judgements of earlier runs that this one would not make, with what the pair weighs now.
    """

    joins: list[Edge] = field(default_factory=list)
    ends: list[Edge] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each there are."""
        return counted(self.changes) | {
            "joins": len(self.joins), "ends": len(self.ends),
            "questions": sum(not q.attention for q in self.questions),
            "attention": sum(q.attention for q in self.questions),
        }  # fmt: skip


def plan(
    edges: Sequence[Edge], guards: Guards, held: Held, *, join: float, review: float, least: float,
    base: float = 0.0,
) -> Plan:  # fmt: skip
    """The plan of one run over all scored pairs, those of `held.ours` among them.

    Groups are joined from an average of `least` bits on. That two records have nothing in common
    speaks against one person; of things known by numbers it says nothing, so there the average is
    of what is told, counted from `base`.
    """
    weights = _weights(edges, held.ours, least)
    strong = [pair for pair in held.ours if weights[pair] >= join and pair not in held.twins]
    firm = _unquestioned(strong, held.same, guards)
    refused: list[Refusal] = []
    groups = clusters(
        _evidence(edges, base, review) if base else edges,
        least=least,
        forbidden=guards,
        refused=refused,
        together=[*held.same, *firm],
    )
    place = {key: number for number, group in enumerate(groups) for key in group}
    kept = {pair for pair in strong if place.get(pair[0], -1) == place.get(pair[1], -2)}
    made = Plan(ends=[(*pair, weights[pair]) for pair in held.ours if pair not in kept])
    same: dict[int, list[Pair]] = {}
    for pair in (*held.same, *kept):
        same.setdefault(place[pair[0]], []).append(pair)
    for number, its in _inner(edges, place, review).items():
        _one_group(made, _Forest(same.get(number, ())), its, held, join)
    telling = [edge for edge in edges if edge[2] >= review]
    made.questions += _attention(telling, refused, place, held.unsure | held.different)
    _tell_changes(made, held, kept)
    return made


def _evidence(edges: Sequence[Edge], base: float, review: float) -> list[Edge]:
    """What speaks for and against each pair; what is too little to ask about speaks for nothing."""
    return [
        (one, two, weight - base if weight >= review else min(weight - base, 0.0))
        for one, two, weight in edges
    ]


def _weights(edges: Sequence[Edge], ours: Sequence[Pair], least: float) -> dict[Pair, float]:
    """What the pairs of earlier runs weigh now; one that is not scored weighs too little to be."""
    found = dict.fromkeys(ours, least)
    if found:
        for one, two, weight in edges:
            if (one, two) in found:
                found[one, two] = weight
    return found


def _unquestioned(strong: Sequence[Pair], same: Sequence[Pair], guards: Guards) -> list[Pair]:
    """The pairs in whose group no guard sees two that cannot be one: these stay as they are."""
    groups = components(((*pair, 0.0) for pair in (*strong, *same)), 0.0)
    fine = {group[0] for group in groups if not guards.within(group)}
    top = {key: group[0] for group in groups for key in group}
    return [pair for pair in strong if top[pair[0]] in fine]


def _inner(edges: Sequence[Edge], place: dict[int, int], review: float) -> dict[int, list[Edge]]:
    """The pairs of each group from which something may follow."""
    found: dict[int, list[Edge]] = {}
    for edge in edges:
        number = place.get(edge[0])
        if number is not None and number == place.get(edge[1]) and edge[2] >= review:
            found.setdefault(number, []).append(edge)
    return found


def _tell_changes(made: Plan, held: Held, kept: set[Pair]) -> None:
    joined = [edge[:2] for edge in made.joins]
    touched = {key for edge in (*made.joins, *made.ends) for key in edge[:2]}
    made.changes = changes(
        (*held.same, *held.ours), (*held.same, *kept, *joined), touched
    )  # fmt: skip


class _Forest:
    """Which records hang together, starting from what has been judged the same already."""

    def __init__(self, same: Iterable[Pair]) -> None:
        self.root: dict[int, int] = {}
        for one, two in same:
            self.union(one, two)

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
    for one, two, weight in edges:
        if (one, two) not in held.unsure and forest.union(one, two):
            made.questions.append(Question(one, two, weight, _why(one, two, held)))


def _why(one: int, two: int, held: Held) -> str:
    if (one, two) in held.twins:
        return "They may be twins: one surname, date of birth and address, two forenames"
    if one in held.alone or two in held.alone:
        return held.why_alone
    return ""


def _attention(
    edges: Sequence[Edge], refused: list[Refusal], place: dict[int, int], settled: frozenset[Pair]
) -> list[Question]:
    """The best pair between two groups that a guard has kept apart, once for each two groups.

    Not of two that are in one group (`place`) in the end: a guard that refuses two at first may let
    them come together when a third has joined one of them.
    """
    wanted: dict[int, list[int]] = {}
    best: dict[tuple[int, str], Edge] = {}
    for number, each in enumerate(refused):
        if each.why != "two of them are judged different":
            for key in (*each.first, *each.second):
                wanted.setdefault(key, []).append(number)
    sides = [(set(each.first), set(each.second)) for each in refused]
    for edge in edges:
        if edge[:2] in settled or place.get(edge[0], -1) == place.get(edge[1], -2):
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
