"""What is declared of a kind: what is read, how it is compared, what each level counts for."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q

from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.engine.comparisons import Comparison, Level, Shape, Spec
from peel.services.resolution.engine.model import Model
from peel.services.resolution.engine.rules import columns_of

Raw = Mapping[str, Any]
Value = str | float | list[str] | None
Read = Callable[[Raw], Value]
# How sure a declared share is of the more frequent side: bits are the logarithm of the ratio alone.
_SURE = 0.9
# Of any two that have a key in common and nothing else, one pair in a thousand is one thing: what
# they weigh before they are compared, in bits.
PRIOR = 0.001
BASE = math.log2(PRIOR / (1 - PRIOR))


class Told(NamedTuple):
    """A level with what it counts for, in bits, and why that much."""

    words: str
    rule: Spec | None
    bits: float
    why: str


class Compared(NamedTuple):
    """One field compared, its levels from the best to none."""

    name: str
    words: str
    levels: tuple[Told, ...]
    needs: tuple[str, ...]


def level(words: str, bits: float, why: str, rule: str = "", **told: Any) -> Told:
    """A level; without a rule it is the one that takes every pair that is left."""
    return Told(words, {"rule": rule, **told} if rule else None, bits, why)


def compare(name: str, words: str, *levels: Told, needs: Iterable[str] = ()) -> Compared:
    """A field compared. Where one of `needs` (by itself `name`) is not known, it says nothing."""
    return Compared(name, words, levels, tuple(needs) or (name,))


@dataclass(frozen=True)
class Described:
    """One kind. `reads` are the fields of its model (through relations too: "location__postcode").

    `fields` makes what is compared of what was read; what it gives nothing for is not known. A pair
    is looked at where it has one of `keys` in common. `finds` says by which columns of the model
    records of the same number are found at once.
    """

    kind: str
    reads: tuple[str, ...]
    fields: Mapping[str, Read]
    compares: tuple[Compared, ...]
    keys: tuple[Key, ...]
    # Where none of these speaks for it nothing is joined by itself, whatever else agrees.
    certain: tuple[str, ...]
    # Lists of numbers of which one thing has one, with their name for people.
    one_only: Mapping[str, str] = field(default_factory=dict)
    finds: tuple[Mapping[str, str], ...] = ()
    # Whether only a person joins a record, beside those that are restricted or marked.
    by_hand: Callable[[Raw], bool] = lambda raw: False
    join: float = 20.0
    review: float = 8.0

    def standard(self, raw: Raw) -> dict[str, Value]:
        """A record as it is compared; the same for one that is typed and one that is recorded."""
        return {name: read(raw) for name, read in self.fields.items()}

    def near(self, draft: Raw) -> Q | None:
        """What finds the records that have a number in common with a draft, if it has one."""
        known, found = self.standard(draft), Q()
        for group in self.finds:
            values = {lookup: known[name] for lookup, name in group.items()}
            if all(values.values()):
                found |= Q(**values)
        return found or None

    @cached_property
    def lists(self) -> frozenset[str]:
        """The fields that hold several values each."""
        rules = [told.rule for each in self.compares for told in each.levels if told.rule]
        shared = {rule["column"] for rule in rules if rule["rule"] == "shares"}
        return frozenset(shared | {key.each for key in self.keys if key.each} | {*self.one_only})

    @cached_property
    def measures(self) -> frozenset[str]:
        """The fields that are numbers to be measured."""
        rules = [told.rule for each in self.compares for told in each.levels if told.rule]
        return frozenset(
            name for rule in rules if rule["rule"] in {"apart", "distance"}
            for name in columns_of(rule)
        )  # fmt: skip

    @cached_property
    def model(self) -> Model:
        """The declaration as a model: scored, reviewed, exported and named like a trained one."""
        compared = [
            Comparison(each.name, each.words, each.needs, [_level(told) for told in each.levels])
            for each in self.compares
        ]
        return Model(
            shape=Shape(names=False, born=False), prior=PRIOR, comparisons=compared,
            keys=list(self.keys), join=self.join, review=self.review,
        )  # fmt: skip

    def fits(self, model: Model) -> bool:
        """Whether a model compares what is read here: an earlier description may be in use."""
        needed = {name for each in model.comparisons for name in each.needs}
        for each in model.comparisons:
            needed |= {n for level in each.levels if level.rule for n in columns_of(level.rule)}
        return needed <= self.fields.keys()

    @property
    def reasons(self) -> dict[tuple[str, str], str]:
        """Why each level counts for what it does, by comparison and level."""
        return {(c.name, told.words): told.why for c in self.compares for told in c.levels}

    @property
    def most_without(self) -> float:
        """The most that a pair can weigh of which nothing certain is known."""
        return BASE + sum(
            max(0.0, *(told.bits for told in each.levels))
            for each in self.compares if each.name not in self.certain
        )  # fmt: skip


def _level(told: Told) -> Level:
    """Bits as the two shares whose ratio they are."""
    m, u = _SURE * 2 ** min(told.bits, 0.0), _SURE * 2 ** -max(told.bits, 0.0)
    return Level(told.words, told.rule, m=m, u=u)


_registered: dict[str, Described] = {}


def register(one: Described) -> Described:
    """Have a kind told apart as it is described. Raises ValueError for one that joins too much."""
    if one.most_without >= one.join:
        raise ValueError(f"{one.kind} would be joined with nothing certain in common")
    _registered[one.kind] = one
    return one


def described(kind: str) -> Described | None:
    """What is declared of a kind; nothing of people, who are told apart by what is learnt."""
    return _registered.get(kind)


def registered() -> list[Described]:
    """Every kind that is described."""
    return list(_registered.values())
