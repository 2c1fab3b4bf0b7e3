"""When two values are alike: each rule once as SQL for Splink and once as Python for one pair.

Both must give the same answer (a test asks both about 10,000 pairs), so the Python side measures
bytes, as DuckDB does, and a value that is missing fits no rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

Row = Mapping[str, Any]
Test = Callable[[Row, Row], bool]


@dataclass(frozen=True)
class Rule:
    """One rule: its SQL over `column_l` and `column_r`, and the same as a function."""

    sql: str
    test: Test


def _exact(column: str) -> Rule:
    def test(one: Row, two: Row) -> bool:
        return one[column] is not None and one[column] == two[column]

    return Rule(f'"{column}_l" = "{column}_r"', test)


def _near(column: str, at: float) -> Rule:
    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        if a is None or b is None:
            return False
        return JaroWinkler.similarity(a.encode(), b.encode()) >= at

    return Rule(f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {at}', test)


def _edits(column: str, most: int) -> Rule:
    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        if a is None or b is None:
            return False
        return DamerauLevenshtein.distance(a.encode(), b.encode()) <= most

    return Rule(f'damerau_levenshtein("{column}_l", "{column}_r") <= {most}', test)


def _shares(column: str) -> Rule:
    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        return bool(a and b) and not set(a).isdisjoint(b)

    return Rule(f'list_has_any("{column}_l", "{column}_r")', test)


def _within(column: str, among: str) -> Rule:
    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        return (a is not None and a in (two[among] or ())) or (
            b is not None and b in (one[among] or ())
        )

    sql = (
        f'(coalesce(list_contains("{among}_r", "{column}_l"), false)'
        f' or coalesce(list_contains("{among}_l", "{column}_r"), false))'
    )
    return Rule(sql, test)


def _initial(column: str) -> Rule:
    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        if a is None or b is None:
            return False
        return (len(a) == 1 or len(b) == 1) and a[0] == b[0]

    sql = (
        f'(length("{column}_l") = 1 or length("{column}_r") = 1)'
        f' and left("{column}_l", 1) = left("{column}_r", 1)'
    )
    return Rule(sql, test)


def _swapped(column: str, other: str) -> Rule:
    def test(one: Row, two: Row) -> bool:
        return (
            one[column] is not None
            and one[other] is not None
            and one[column] == two[other]
            and one[other] == two[column]
        )

    return Rule(f'"{column}_l" = "{other}_r" and "{other}_l" = "{column}_r"', test)


def _part(column: str, start: int, length: int) -> Rule:
    """The same run of characters, where both have all of it; `start` counts from 1."""
    place = slice(start - 1, start - 1 + length)

    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        if a is None or b is None:
            return False
        return len(a[place]) == length and a[place] == b[place]

    sql = (
        f'substr("{column}_l", {start}, {length}) = substr("{column}_r", {start}, {length})'
        f' and length(substr("{column}_l", {start}, {length})) = {length}'
    )
    return Rule(sql, test)


def _ends(column: str, start: int, text: str) -> Rule:
    """Both read `text` from a place on: 1 January, where only the year was known."""
    place = slice(start - 1, start - 1 + len(text))

    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        return a is not None and b is not None and a[place] == b[place] == text

    sql = " and ".join(
        f"substr(\"{column}_{side}\", {start}, {len(text)}) = '{text}'" for side in "lr"
    )
    return Rule(sql, test)


def _either_ends(column: str, start: int, text: str) -> Rule:
    """One of the two reads `text` from a place on, or ends before it: no day was known."""

    def ends(value: str | None) -> bool:
        return value is not None and value[start - 1 :] in {"", text}

    def test(one: Row, two: Row) -> bool:
        return ends(one[column]) or ends(two[column])

    sql = " or ".join(
        f"coalesce(substr(\"{column}_{side}\", {start}) in ('', '{text}'), false)" for side in "lr"
    )
    return Rule(f"({sql})", test)


def _day_month(column: str) -> Rule:
    """Day and month changed round."""

    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        if a is None or b is None or len(a) < 10 or len(b) < 10:
            return False
        return a[:4] == b[:4] and a[5:7] == b[8:10] and a[8:10] == b[5:7]

    a, b = f'"{column}_l"', f'"{column}_r"'
    sql = (
        f"substr({a}, 1, 4) = substr({b}, 1, 4) and substr({a}, 6, 2) = substr({b}, 9, 2)"
        f" and substr({a}, 9, 2) = substr({b}, 6, 2) and length({a}) >= 10 and length({b}) >= 10"
    )
    return Rule(sql, test)


def _apart(column: str, most: float) -> Rule:
    """Two measures that differ by no more than so much."""

    def test(one: Row, two: Row) -> bool:
        a, b = one[column], two[column]
        return a is not None and b is not None and abs(a - b) <= most

    return Rule(f'abs("{column}_l" - "{column}_r") <= {most}', test)


def _distance(column: str, other: str, most: float) -> Rule:
    """Two points of a plane no farther from one another than so much: eastings and northings."""

    def test(one: Row, two: Row) -> bool:
        known = [row[name] for row in (one, two) for name in (column, other)]
        if None in known:
            return False
        return (known[0] - known[2]) ** 2 + (known[1] - known[3]) ** 2 <= most**2

    squares = [f'power("{name}_l" - "{name}_r", 2)' for name in (column, other)]
    return Rule(f"{' + '.join(squares)} <= {most**2}", test)


def _all(rules: list[Mapping[str, Any]]) -> Rule:
    parts = [made(each) for each in rules]
    return Rule(
        " and ".join(f"({part.sql})" for part in parts),
        lambda one, two: all(part.test(one, two) for part in parts),
    )


def _any(rules: list[Mapping[str, Any]]) -> Rule:
    parts = [made(each) for each in rules]
    return Rule(
        " or ".join(f"coalesce({part.sql}, false)" for part in parts),
        lambda one, two: any(part.test(one, two) for part in parts),
    )


KINDS: dict[str, Callable[..., Rule]] = {
    "exact": _exact,
    "near": _near,
    "edits": _edits,
    "shares": _shares,
    "within": _within,
    "initial": _initial,
    "swapped": _swapped,
    "part": _part,
    "ends": _ends,
    "either_ends": _either_ends,
    "day_month": _day_month,
    "apart": _apart,
    "distance": _distance,
    "all": _all,
    "any": _any,
}


def made(spec: Mapping[str, Any]) -> Rule:
    """The rule of `{"rule": "near", "column": "surname", "at": 0.92}`.

    Raises KeyError for a rule that there is not, TypeError for one that is told wrongly.
    """
    told = dict(spec)
    return KINDS[told.pop("rule")](**told)


def columns_of(spec: Mapping[str, Any]) -> set[str]:
    """The columns that a rule looks at."""
    if "rules" in spec:
        return set().union(*(columns_of(each) for each in spec["rules"]))
    return {spec[name] for name in ("column", "other", "among") if name in spec}
