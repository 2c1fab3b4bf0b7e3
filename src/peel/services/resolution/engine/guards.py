"""What no score may join by itself: guards over whole groups, and pairs that may be twins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb

from peel.services.resolution.engine.comparisons import Shape
from peel.services.resolution.engine.duck import run
from peel.services.resolution.engine.model import Model

# A person with more records than this is looked at by somebody.
LARGEST = 60
MOST_YEARS = 10
# Numbers of which a person has one: two valid ones that differ are two people, or a mistake.
ONE_ONLY = {"pncs": "PNC numbers", "cros": "CRO numbers", "nhss": "NHS numbers",
            "nis": "National Insurance numbers"}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What the guards ask of a record."""

    sex: str | None
    year: int | None
    numbers: tuple[frozenset[str], ...]


class Guards:
    """Says why two groups may not be joined, or nothing. `apart` are pairs judged different,
    `one_only` the names of the numbers of which one has one.
    """

    def __init__(
        self, facts: Mapping[int, Facts], apart: Iterable[tuple[int, int]],
        one_only: Iterable[str] = tuple(ONE_ONLY.values()),
    ) -> None:  # fmt: skip
        self.facts = facts
        self.one_only = tuple(one_only)
        self.apart: dict[int, set[int]] = {}
        for one, two in apart:
            self.apart.setdefault(one, set()).add(two)
            self.apart.setdefault(two, set()).add(one)

    def __call__(self, one: Sequence[int], two: Sequence[int]) -> str:
        """Why not, in words; empty where nothing stands against it."""
        if self.apart and self._different(one, two):
            return "two of them are judged different"
        if len(one) + len(two) > LARGEST:
            return f"together they would be more than {LARGEST} records"
        return self._conflict(one, two)

    def within(self, group: Sequence[int]) -> str:
        """Why some two of a group could not be one, or nothing."""
        pairs = combinations(group, 2) if self._vary(group) else ()
        return next((why for a, b in pairs if (why := self._conflict([a], [b]))), "")

    def _vary(self, group: Sequence[int]) -> bool:
        """Whether anything that a guard looks at differs in a group at all: it seldom does."""
        told = [self.facts[key] for key in group if key in self.facts]
        years = [each.year for each in told if each.year]
        return (
            len({each.sex for each in told if each.sex}) > 1
            or (bool(years) and max(years) - min(years) > MOST_YEARS)
            or any(len(frozenset().union(*held)) > 1
                   for held in zip(*(each.numbers for each in told), strict=True))
        )  # fmt: skip

    def _different(self, one: Sequence[int], two: Sequence[int]) -> bool:
        return any(not self.apart[key].isdisjoint(two) for key in one if key in self.apart)

    def _conflict(self, one: Sequence[int], two: Sequence[int]) -> str:
        mine, its = (
            [self.facts[key] for key in group if key in self.facts] for group in (one, two)
        )
        sexes = [{each.sex for each in group} & {"m", "f"} for group in (mine, its)]
        if sexes[0] and sexes[1] and sexes[0].isdisjoint(sexes[1]):
            return "the sex recorded differs"
        years = [[each.year for each in group if each.year] for group in (mine, its)]
        if years[0] and years[1]:
            gap = min(abs(a - b) for a in years[0] for b in years[1])
            if gap > MOST_YEARS:
                return f"born {gap} years apart"
        for place, name in enumerate(self.one_only):
            held = [frozenset().union(*(each.numbers[place] for each in group))
                    for group in (mine, its)]  # fmt: skip
            if held[0] and held[1] and held[0].isdisjoint(held[1]):
                return f"two different {name}"
        return ""


def facts(
    connection: duckdb.DuckDBPyConnection, shape: Shape, one_only: Iterable[str] = tuple(ONE_ONLY)
) -> dict[int, Facts]:
    """What the guards ask, of every record that is in some scored pair.

    `one_only` are the columns with the numbers; one that the table has not holds none.
    """
    there = {row[0] for row in run(connection, "select column_name from (describe person)")}
    numbers = [f'"{name}"' if name in there else "null" for name in one_only]
    asked = ["sex" if shape.sex else "null",
             "try_cast(left(born, 4) as integer)" if shape.born else "null", *numbers]  # fmt: skip
    rows = run(
        connection,
        f"""select unique_id, {", ".join(asked)} from person
        where unique_id in (select l from edges union select r from edges)""",
    )
    none: frozenset[str] = frozenset()
    found = {}
    for key, said, year, *lists in rows:
        held = tuple(frozenset(each) if each else none for each in lists)
        found[key] = Facts(said, year, held)
    return found


def twins(connection: duckdb.DuckDBPyConnection, model: Model) -> set[tuple[int, int]]:
    """Pairs that may be twins: one surname, one date of birth, one address or phone, two forenames.

    As HMPPS person-match has it: such a pair is never joined without a person, unless a number of
    theirs is the same.
    """
    shape = model.shape
    if not (shape.names and shape.born and (shape.postcode or shape.phone)):
        return set()
    near = " or ".join(
        f"list_has_any(a.{name}s, b.{name}s)"
        for name, has in (("postcode", shape.postcode), ("phone", shape.phone)) if has
    )  # fmt: skip
    shared = " or ".join(
        f'coalesce(list_has_any(a."{name}s", b."{name}s"), false)' for name in shape.identifiers
    )
    rows = run(
        connection,
        f"""select e.l, e.r from edges e join person a on a.unique_id = e.l
        join person b on b.unique_id = e.r
        where e.weight >= 0 and a.surname = b.surname and a.born = b.born and ({near})
          and a.forename_root <> b.forename_root
          and jaro_winkler_similarity(a.forename, b.forename) < 0.85
          and length(a.forename) > 1 and length(b.forename) > 1
          and not list_contains(a.tokens, b.forename) and not list_contains(b.tokens, a.forename)
          and not ({shared or "false"})""",
    )
    return {(one, two) for one, two in rows}
