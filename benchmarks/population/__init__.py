"""A made-up population for benchmarks: persons, what they own, where they live, and texts.

`persons` makes rows from a seed with names as frequent as in the census lists of the PyPI package
`names` (MIT); `fill` puts them into an empty, migrated database as its owner. Nobody in it lives.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ERA = np.datetime64("1935-01-01")
DAYS = 75 * 365
COLOURS = ("silver", "black", "white", "blue", "red", "grey", "green", "yellow")
MAKES = (("Vauxhall", "Corsa"), ("Ford", "Focus"), ("Volkswagen", "Golf"), ("BMW", "320d"),
         ("Audi", "A3"), ("Toyota", "Yaris"), ("Nissan", "Micra"), ("Vauxhall", "Astra"),
         ("Ford", "Fiesta"), ("Mercedes", "C200"))  # fmt: skip
TOWNS = (
    "Brixton",
    "Croydon",
    "Camden",
    "Hackney",
    "Lewisham",
    "Ealing",
    "Barnet",
    "Sutton",
    "Bromley",
    "Harrow",
    "Islington",
    "Tottenham",
    "Peckham",
    "Streatham",
    "Walthamstow",
)
LETTERS = np.array(list("ABCDEFGHJKLMNOPRSTUVWXY"))
PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def census(name: str) -> tuple[Any, Any]:
    """The names of one list and how often each is borne."""
    spec = importlib.util.find_spec("names")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The PyPI package `names` is needed: pip install --target DIR names")
    place = Path(next(iter(spec.submodule_search_locations))) / f"dist.{name}"
    rows = [line.split() for line in place.read_text().splitlines()]
    share = np.array([float(row[1]) for row in rows])
    return np.array([row[0].title() for row in rows], dtype=object), share / share.sum()


def persons(count: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """Rows (n, given, family, alias given, alias family, day of birth, sex, phone, PNC ID)."""
    chance = np.random.default_rng(seed)
    last, last_p = census("all.last")
    given = {"M": census("male.first"), "F": census("female.first")}
    sex = chance.choice(["M", "F"], count, p=[0.62, 0.38])

    def first() -> Any:
        drawn = {s: chance.choice(names, count, p=p) for s, (names, p) in given.items()}
        return np.where(sex == "M", drawn["M"], drawn["F"])

    family, other = chance.choice(last, count, p=last_p), chance.choice(last, count, p=last_p)
    one, two = first(), np.where(chance.random(count) < 0.5, first(), "")
    alias = chance.random(count) < 0.2
    days = ERA + chance.integers(0, DAYS, count).astype("timedelta64[D]")
    phones = chance.integers(10**8, 10**9, count)
    years, serials = chance.integers(70, 100, count), chance.integers(1000, 999_999, count)
    known = chance.random(count) < 0.35
    for n in range(count):
        letter = PNC_LETTERS[int(f"{years[n]}{serials[n]:07d}") % 23]
        yield (
            n, f"{one[n]} {two[n]}".strip(), family[n], one[n] if alias[n] else None,
            other[n] if alias[n] else None, str(days[n]), sex[n], f"+447{phones[n]}",
            f"19{years[n]}/{serials[n]:07d}{letter}" if known[n] else None,
        )  # fmt: skip


def marks(count: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """Vehicles: (n, VRM, make, model, colour)."""
    chance = np.random.default_rng(seed + 1)
    letters = chance.choice(LETTERS, (count, 5))
    ages = chance.choice([*range(2, 26), *range(51, 76)], count)
    kinds = chance.integers(0, len(MAKES), count)
    colours = chance.integers(0, len(COLOURS), count)
    for n in range(count):
        a, b, c, d, e = letters[n]
        make, model = MAKES[kinds[n]]
        yield n, f"{a}{b}{ages[n]:02d}{c}{d}{e}", make, model, COLOURS[colours[n]]


def places(count: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """Addresses: (n, house, street, town, postcode)."""
    chance = np.random.default_rng(seed + 2)
    last, _ = census("all.last")
    streets = chance.integers(0, 3000, count)
    houses, towns = chance.integers(1, 200, count), chance.integers(0, len(TOWNS), count)
    codes = chance.integers(0, 60_000, count)
    for n in range(count):
        code = int(codes[n])
        outward = ("SW", "SE", "N", "E", "W", "NW")[code % 6] + str(code // 6 % 20 + 1)
        inward = f"{code // 120 % 9 + 1}{LETTERS[code // 1080 % 20]}{LETTERS[code // 7 % 19]}"
        street = f"{last[streets[n]]} {('Road', 'Street', 'Avenue', 'Close')[streets[n] % 4]}"
        yield n, str(houses[n]), street, TOWNS[towns[n]], f"{outward} {inward}"


def texts(count: int, seed: int, vocabulary: int = 30_000) -> Iterator[tuple[int, str]]:
    """Texts of some forty words, as often as words are in writing (Zipf)."""
    chance = np.random.default_rng(seed + 3)
    syllables = ["ra", "ne", "to", "li", "ka", "mon", "ser", "vi", "dol", "pen", "ur", "ast"]
    words = np.array(
        ["".join(chance.choice(syllables, chance.integers(2, 5))) + str(n % 7)
         for n in range(vocabulary)], dtype=object
    )  # fmt: skip
    share = 1 / np.arange(1, vocabulary + 1)
    share /= share.sum()
    for start in range(0, count, 10_000):
        size = min(10_000, count - start)
        drawn = chance.choice(words, (size, 40), p=share)
        for n in range(size):
            yield start + n, " ".join(drawn[n])
