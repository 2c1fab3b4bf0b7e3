"""What is compared: for each role that the data has, the levels from the best to none.

The levels follow what HMPPS Core Person Record publishes (pairs of names, names the other way
round, aliases, dates of birth by what differs, postcodes by how much is the same, numbers), and
Splink's own advice. What each is worth is not written here: it is learnt from the data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Spec = Mapping[str, Any]


@dataclass
class Level:
    """One level: in words, its rule, whose frequency counts, and what training made of it."""

    words: str
    rule: Spec | None = None
    tf: str | None = None
    m: float | None = None
    u: float | None = None


@dataclass
class Comparison:
    """One field compared. A pair in which one of `needs` is missing says nothing of it."""

    name: str
    words: str
    needs: tuple[str, ...]
    levels: list[Level] = field(default_factory=list)


@dataclass(frozen=True)
class Shape:
    """Which roles the data has. `identifiers` and `texts` are as many as there are."""

    names: bool = True
    born: bool = True
    postcode: bool = False
    sex: bool = False
    phone: bool = False
    identifiers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def comparisons(shape: Shape) -> list[Comparison]:
    """All comparisons of a shape."""
    found: list[Comparison] = []
    if shape.names:
        found += [_forename(), _surname(), _further_names()]
    if shape.born:
        found.append(_born())
    if shape.postcode:
        found.append(_postcode())
    found += [_identifier(name) for name in shape.identifiers]
    if shape.phone:
        found.append(_listed("phone", "Phone", "same phone number"))
    if shape.sex:
        found.append(_one("sex", "Sex", [("same sex", {"rule": "exact", "column": "sex"})]))
    return found + [_text(name) for name in shape.texts]


def _exact(column: str) -> Spec:
    return {"rule": "exact", "column": column}


def _near(column: str, at: float) -> Spec:
    return {"rule": "near", "column": column, "at": at}


def _levels(pairs: Iterable[tuple[Any, ...]], otherwise: str = "different") -> list[Level]:
    return [Level(*pair) for pair in pairs] + [Level(otherwise)]


def _one(
    name: str, words: str, pairs: Iterable[tuple[Any, ...]], needs: tuple[str, ...] = ()
) -> Comparison:
    return Comparison(name, words, needs or (name,), _levels(pairs))


def _forename() -> Comparison:
    return _one("forename", "Forename", [
        ("same forename", _exact("forename"), "forename"),
        ("forename and surname changed round",
         {"rule": "swapped", "column": "forename", "other": "surname"}),
        ("another form of the same forename", _exact("forename_root"), "forename_root"),
        ("forename spelt nearly the same", _near("forename", 0.92)),
        ("forename among the other's names",
         {"rule": "within", "column": "forename", "among": "tokens"}),
        ("same initial", {"rule": "initial", "column": "forename"}),
        ("forename sounds the same", _exact("forename_sound")),
        ("forename a little alike", _near("forename", 0.8)),
    ])  # fmt: skip


def _surname() -> Comparison:
    return _one("surname", "Surname", [
        ("same surname", _exact("surname"), "surname"),
        ("forename and surname changed round",
         {"rule": "swapped", "column": "surname", "other": "forename"}),
        ("surname spelt nearly the same", _near("surname", 0.92)),
        ("surname among the other's names",
         {"rule": "within", "column": "surname", "among": "tokens"}),
        ("surname sounds the same", _exact("surname_sound")),
        ("surname a little alike", _near("surname", 0.82)),
    ])  # fmt: skip


def _further_names() -> Comparison:
    return _one("rest", "Further names", [
        ("a rare further name in common", {"rule": "shares", "column": "rest_rare"}),
        ("a further name in common", {"rule": "shares", "column": "rest"}),
    ])  # fmt: skip


def _born() -> Comparison:
    new_year = {"column": "born", "start": 6, "text": "01-01"}
    return _one("born", "Date of birth", [
        ("same year of birth, 1 January in both",
         {"rule": "all", "rules": [_exact("born"), {"rule": "ends", **new_year}]}, "born"),
        ("same date of birth", _exact("born"), "born"),
        ("a date of birth in common", {"rule": "shares", "column": "births"}),
        ("date of birth: day and month changed round", {"rule": "day_month", "column": "born"}),
        ("same year of birth, the day not known in one",
         {"rule": "all", "rules": [{"rule": "part", "column": "born", "start": 1, "length": 4},
                                   {"rule": "either_ends", **new_year}]}),
        ("date of birth: one digit differs", {"rule": "edits", "column": "born", "most": 1}),
        ("born in the same month", {"rule": "part", "column": "born", "start": 1, "length": 7}),
        ("same day and month of birth",
         {"rule": "part", "column": "born", "start": 6, "length": 5}),
        ("date of birth: two digits differ", {"rule": "edits", "column": "born", "most": 2}),
        ("born in the same year", {"rule": "part", "column": "born", "start": 1, "length": 4}),
        ("born in the same decade", {"rule": "part", "column": "born", "start": 1, "length": 3}),
    ])  # fmt: skip


def _postcode() -> Comparison:
    return _one("postcode", "Postcode", [
        ("same postcode", _exact("postcode"), "postcode"),
        ("a postcode in common", {"rule": "shares", "column": "postcodes"}),
        ("postcode: one letter differs", {"rule": "edits", "column": "postcode", "most": 1}),
        ("same postcode sector", _exact("sector")),
        ("same outward code", _exact("outward"), "outward"),
        ("postcode: same first letters",
         {"rule": "part", "column": "postcode", "start": 1, "length": 2}),
    ])  # fmt: skip


def _identifier(name: str) -> Comparison:
    return _one(name, _words(name), [
        (f"same {_words(name)}", {"rule": "shares", "column": f"{name}s"}),
        (f"{_words(name)}: one character differs", {"rule": "edits", "column": name, "most": 1}),
        (f"{_words(name)}: two characters differ", {"rule": "edits", "column": name, "most": 2}),
    ])  # fmt: skip


def _words(name: str) -> str:
    """A column's name for people: "pnc" is "PNC", "x_soc_sec_id" is "Soc sec id"."""
    plain = name.removeprefix("x_").replace("_", " ")
    return plain.upper() if len(plain) <= 4 else plain.capitalize()


def _listed(name: str, words: str, same: str) -> Comparison:
    return _one(name, words, [(same, {"rule": "shares", "column": f"{name}s"})])


def _text(name: str) -> Comparison:
    return _one(name, _words(name), [
        (f"{_words(name)}: the same", _exact(name), name),
        (f"{_words(name)}: nearly the same", _near(name, 0.9)),
        (f"{_words(name)}: a word in common", {"rule": "shares", "column": f"{name}_words"}),
        (f"{_words(name)}: a little alike", _near(name, 0.8)),
    ])  # fmt: skip
