"""The golden view of a person: which of several contradictory facts is shown first, and why.

Nothing is thrown away for it: the other facts stand beside the one that was chosen. The order is
declared here, and each choice says by which rule it was made:

1. what an officer pinned, with a reason;
2. for names a current name before a birth name and so on, and one in full before an initial; for
   dates of birth the narrowest;
3. what rests on a document before another system's word, before an observation, before hearsay;
4. what was said last.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peel.kernel.base.dates import PartialDate
from peel.pole.facts.kinds import FACTS
from peel.pole.models.assertions import Basis

NAME, BIRTH = "name", "date_of_birth"
# A current name before a birth name, and so on; a nickname only where there is nothing else.
_NAMES = ("current", "married", "birth", "previous", "religious", "alias", "street", "nickname")
_BASES = tuple(Basis.values)


@dataclass(frozen=True)
class Criterion:
    """One step of the order: the lower the key the better, and what is said when it decided."""

    key: Callable[[Any], Any]
    words: Callable[[Any], str]


@dataclass(frozen=True)
class Golden:
    """One golden fact: those that hold, best first, how many stand for the person, and why."""

    what: str
    title: str
    facts: Sequence[Any]
    chosen: int = 1
    why: str = ""
    pin: Any = None

    @property
    def first(self) -> Any:
        """The fact that stands for the person."""
        return self.facts[0]

    @property
    def shown(self) -> Sequence[Any]:
        """Every fact that stands for the person."""
        return self.facts[: self.chosen]

    @property
    def others(self) -> Sequence[Any]:
        """What was also said and says something else."""
        return self.facts[self.chosen :]


@dataclass(frozen=True)
class View:
    """The golden facts of a person, in the order in which they are declared."""

    facts: Mapping[str, Golden] = field(default_factory=dict)

    def value(self, what: str, attribute: str = "value") -> Any:
        """A value of the fact that stands for the person, None where nothing was said."""
        found = self.facts.get(what)
        return getattr(found.first, attribute) if found else None


def width(date: PartialDate) -> int:
    """How many days a date leaves open; an open end leaves the most."""
    if date.earliest is None or date.latest is None:
        return 100_000
    return (date.latest - date.earliest).days


def _place(value: str, order: Sequence[str]) -> int:
    return order.index(value) if value in order else len(order)


_BASIS = Criterion(
    lambda fact: _place(fact.basis, _BASES),
    lambda fact: f"{Basis(fact.basis).label}, which the others do not rest on",
)
_LATEST = Criterion(
    # The moment turned round, so that the latest comes first; ids decide within one moment.
    lambda fact: (-fact.asserted_at.timestamp(), -fact.pk.int),
    lambda fact: "The latest that was said",
)
_KIND = Criterion(
    lambda name: _place(name.kind, _NAMES),
    lambda name: f"A {name.get_kind_display().lower()} comes before the others",
)
_FULL = Criterion(
    lambda name: min((len(word.strip(".")) < 2 for word in name.given_names.split()), default=True),
    lambda name: "It is given in full, not by an initial",
)
_NARROW = Criterion(
    lambda row: width(row.date_of_birth), lambda row: "It leaves the fewest days open"
)
_ORDER = {NAME: (_KIND, _FULL, _BASIS, _LATEST), BIRTH: (_NARROW, _BASIS, _LATEST)}
_USUAL = (_BASIS, _LATEST)
_TITLES = {NAME: "Name", BIRTH: "Date of birth"}


def golden_view(
    names: Iterable[Any], births: Iterable[Any], facts: Iterable[Any], pins: Iterable[Any] = ()
) -> View:
    """Choose among facts that hold, of one source record or of all of a cluster."""
    by_kind: dict[str, list[Any]] = {NAME: list(names), BIRTH: list(births)}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    pinned = {pin.what: pin for pin in sorted(pins, key=lambda pin: pin.asserted_at)}
    order = [NAME, BIRTH, *FACTS]
    return View(
        {what: choose(what, by_kind[what], pinned.get(what)) for what in order if by_kind.get(what)}
    )


def choose(what: str, facts: Sequence[Any], pin: Any = None) -> Golden:
    """Bring the facts of one sort into the declared order, and say what decided."""
    criteria = _ORDER.get(what, _USUAL)
    ordered = sorted(facts, key=lambda fact: [each.key(fact) for each in criteria])
    kind = FACTS.get(what)
    title = _TITLES.get(what) or (kind.title if kind else what)
    if kind and kind.many:
        distinct = _distinct(ordered)
        return Golden(what, title, distinct, len(distinct), "All that was said holds together")
    chosen = next((fact for fact in ordered if pin and fact.pk == pin.fact_id), None)
    if chosen is not None:
        ordered = [chosen, *(fact for fact in ordered if fact is not chosen)]
        return Golden(what, title, _distinct(ordered), 1, f"Chosen: {pin.reason}", pin)
    return Golden(what, title, _distinct(ordered), 1, _why(ordered, criteria))


def _distinct(ordered: Sequence[Any]) -> list[Any]:
    """Those that say something new, the first that says it."""
    found: dict[str, Any] = {}
    for fact in ordered:
        found.setdefault(str(fact).casefold(), fact)
    return list(found.values())


def _why(ordered: Sequence[Any], criteria: Sequence[Criterion]) -> str:
    """What told the first from the next that says something else."""
    first = ordered[0]
    second = next((fact for fact in ordered if str(fact) != str(first)), None)
    if second is None:
        return "All say the same" if len(ordered) > 1 else "The only one that was said"
    decided = next((each for each in criteria if each.key(first) != each.key(second)), criteria[-1])
    return decided.words(first)
