"""The weight of one pair, in process: what Splink gives it by the same model, with the reasons.

A search for people that are already recorded scores some hundred pairs while somebody types; that
is a millisecond or two here, where one question to DuckDB takes twenty.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peel.services.resolution.engine import rules
from peel.services.resolution.engine.comparisons import Comparison, Level
from peel.services.resolution.engine.model import OTHERWISE, Model, least_frequency, shares, weight

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """What one comparison says of a pair, and how many bits that is; none if it is not known."""

    name: str
    words: str
    level: str
    weight: float
    missing: bool = False


@dataclass(frozen=True)
class Weighed:
    """A pair's weight in bits, and what each comparison gave to it."""

    weight: float
    parts: tuple[Part, ...]

    @property
    def probability(self) -> float:
        """How likely the two are one person, if the model is right."""
        return 1 / (1 + 2 ** -max(min(self.weight, 60.0), -60.0))

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for it and against, the weightiest first."""
        telling = [part for part in self.parts if not part.missing and abs(part.weight) >= 1]
        return tuple(
            part.level if part.weight > 0 else f"{part.words.lower()} differs"
            for part in sorted(telling, key=lambda part: -abs(part.weight))
        )


class Scorer:
    """Scores pairs of standardised records by one model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._base = model.prior_weight
        self._compared = [(each, [_Ready.of(level, model) for level in each.levels])
                          for each in model.comparisons]  # fmt: skip

    def score(self, one: Row, two: Row) -> Weighed:
        """The weight of a pair."""
        parts = tuple(self._part(each, ready, one, two) for each, ready in self._compared)
        return Weighed(self._base + sum(part.weight for part in parts), parts)

    def _part(self, each: Comparison, ready: list["_Ready"], one: Row, two: Row) -> Part:
        if any(one[name] is None or two[name] is None for name in each.needs):
            return Part(each.name, each.words, "not known", 0.0, missing=True)
        for level in ready:
            if level.test is None or level.test(one, two):
                return Part(each.name, each.words, level.words, level.bits(one, two))
        raise AssertionError(f"no level of {each.name} takes every pair")


@dataclass(frozen=True)
class _Ready:
    """A level made ready: its test, its weight and, where frequency counts, what adjusts it."""

    words: str
    test: rules.Test | None
    weight: float
    column: str
    log_u: float
    least: float
    known: Mapping[str, float]

    @staticmethod
    def of(level: Level, model: Model) -> "_Ready":
        test = rules.made(level.rule).test if level.rule else None
        known = model.frequencies.get(level.tf, {}) if level.tf else {}
        log_u = math.log2(shares(level)[1])
        least = least_frequency(level)
        return _Ready(level.words, test, weight(level), level.tf or "", log_u, least, known)

    def bits(self, one: Row, two: Row) -> float:
        """The weight, adjusted by how frequent the value is (the more frequent of the two)."""
        values = [row[self.column] for row in (one, two) if self.column]
        shown = [self.known.get(value, self.known[OTHERWISE]) for value in values if value]
        if not shown:
            return self.weight
        return self.weight + self.log_u - math.log2(max(*shown, self.least))
