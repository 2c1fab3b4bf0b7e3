"""Invented people of a known truth, with the errors that records have; one seed, one file.

    python -m benchmarks.people ROWS OUT.csv [--seed 7] [--errors light|usual|heavy]

Names are made of syllables and of common forenames, as often as names are (Zipf). 72 of 100 records
are of people seen once; the others are heavy-tailed, as those are who come to the police again.
The column `person` is the truth. Tune on one seed and level, report on others.
"""

import argparse
import csv
import datetime
import itertools
import random
import string
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

FIELDS = ("person", "forename", "middle", "surname", "dob", "sex", "postcode", "phone", "pnc")
LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
AREAS = (
    "E",
    "N",
    "NW",
    "SE",
    "SW",
    "W",
    "BR",
    "CR",
    "HA",
    "IG",
    "EN",
    "TW",
    "KT",
    "UB",
    "RM",
    "DA",
)
RATES = {
    "light": {"nick": 0.05, "typo": 0.05, "middle": 0.3, "alias": 0.02, "dob": 0.06, "no dob": 0.02,
              "moved": 0.2, "no postcode": 0.08, "no phone": 0.4, "no pnc": 0.3, "swap": 0.01},
    "usual": {"nick": 0.1, "typo": 0.1, "middle": 0.5, "alias": 0.04, "dob": 0.12, "no dob": 0.05,
              "moved": 0.35, "no postcode": 0.15, "no phone": 0.6, "no pnc": 0.4, "swap": 0.03},
    "heavy": {"nick": 0.16, "typo": 0.16, "middle": 0.7, "alias": 0.08, "dob": 0.2, "no dob": 0.12,
              "moved": 0.5, "no postcode": 0.3, "no phone": 0.75, "no pnc": 0.6, "swap": 0.06},
}  # fmt: skip
_FIRST = "Ash Bar Bel Bran Cal Car Clay Cor Dal Den Dray Ed Fal Far Fen Gar Gold Gran Had Hal Har Hol Hux Kel Ken Lam Lang Lin Mal Mar Mor Nor Oak Par Pem Quin Rad Rav Red Ros Sel Shel Stan Thorn Tre Und Ver Wal War Wes Whit Win Wood Yar".split()  # noqa: E501, SIM905
_MIDDLE = ["", "", "e", "ing", "er", "en", "a", "der", "min", "is"]
_LAST = "ton ley ford ham by worth wick field well man son ard ett low stone shaw bury combe dale more wood don mere gate ridge court".split()  # noqa: E501, SIM905

LOST = {"middle": "middle", "dob": "no dob", "postcode": "no postcode", "phone": "no phone",
        "pnc": "no pnc"}  # fmt: skip
Row = dict[str, str]


class People:
    """A generator of rows with one seed and one level of error."""

    def __init__(self, seed: int = 7, errors: str = "usual") -> None:
        self.draw = random.Random(seed)
        self.rate = RATES[errors]
        path = Path(__file__).parents[1] / "src/peel/services/resolution/engine/forenames.toml"
        forms = tomllib.loads(path.read_text(encoding="utf-8"))["forms"]
        self.forms = {name: told.split() for name, told in forms.items()}
        given = list(self.forms)
        given += [
            f"{a}{b}"
            for a in ("jan", "mar", "kal", "ro", "ta", "su", "be", "lo", "fi", "da")
            for b in ("ra", "leen", "vin", "ston", "mir", "nea", "lan", "rick", "tha", "zia")
        ]
        family = ["".join(each) for each in itertools.product(_FIRST, _MIDDLE, _LAST)]
        self.draw.shuffle(given)
        self.draw.shuffle(family)
        self.given, self.family = _Zipf(given, self.draw), _Zipf(family, self.draw, 0.75)

    def rows(self, count: int) -> Iterator[Row]:
        """So many rows, in no order that tells who is who."""
        people = [self._person(number) for number in range(max(int(count * 0.72), 1))]
        weights = [min(self.draw.paretovariate(1.8) - 0.9, 120) for _ in people]
        further = self.draw.choices(people, weights, k=count - len(people))
        rows = [self._spoilt(each, 0.1) for each in people]
        rows += [self._spoilt(each, 1.0) for each in further]
        self.draw.shuffle(rows)
        yield from rows

    def _person(self, number: int) -> Row:
        draw = self.draw
        days = int((draw.gammavariate(6, 6) + 10) * 365.25)
        year, serial = draw.randrange(70, 100), draw.randrange(1000, 999_999)
        pnc = f"19{year}/{serial:07d}{LETTERS[int(f'{year}{serial:07d}') % 23]}"
        return {
            "person": str(number), "forename": self.given.one(),
            "middle": self.given.one() if draw.random() < 0.6 else "",
            "surname": self.family.one(),
            "dob": (datetime.date(2026, 6, 1) - datetime.timedelta(days=days)).isoformat(),
            "sex": draw.choices("MF", (62, 38))[0], "postcode": self._postcode(),
            "phone": f"07{draw.randrange(10**8, 10**9)}",
            "pnc": pnc if draw.random() < 0.35 else "",
            "later": self._postcode(),
        }  # fmt: skip

    def _postcode(self) -> str:
        draw = self.draw
        inward = "".join(draw.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
        return f"{draw.choice(AREAS)}{draw.randrange(1, 25)} {draw.randrange(1, 9)}{inward}"

    def _spoilt(self, person: Row, share: float) -> Row:
        draw = self.draw
        row = {name: person[name] for name in FIELDS}

        def happens(what: str) -> bool:
            return draw.random() < self.rate[what] * share

        if happens("nick") and (forms := self.forms.get(row["forename"])):
            row["forename"] = draw.choice(forms)
        for name in ("forename", "surname", "postcode"):
            if happens("typo"):
                row[name] = self._typo(row[name])
        if happens("alias"):
            row["surname"] = self.family.one()
        if happens("dob"):
            row["dob"] = self._wrong_day(row["dob"])
        if happens("moved"):
            row["postcode"] = person["later"]
        row |= {name: "" for name, what in LOST.items() if happens(what)}
        if happens("swap"):
            row["forename"], row["surname"] = row["surname"], row["forename"]
        return row

    def _typo(self, text: str) -> str:
        if len(text) < 3:
            return text
        place = self.draw.randrange(1, len(text) - 1)
        letter = self.draw.choice(string.ascii_lowercase)
        kind = self.draw.randrange(4)
        if kind == 0:
            return text[:place] + text[place + 1 :]
        if kind == 1:
            return text[:place] + letter + text[place:]
        if kind == 2:
            return text[:place] + letter + text[place + 1 :]
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    def _wrong_day(self, text: str) -> str:
        year, month, day = (int(part) for part in text.split("-"))
        kind = self.draw.randrange(4)
        if kind == 0 and day <= 12:
            return f"{year}-{day:02d}-{month:02d}"
        if kind == 1:
            return f"{year}-01-01"
        if kind == 2:
            return f"{year + self.draw.choice((-2, -1, 1, 2))}-{month:02d}-{min(day, 28):02d}"
        return f"{year}-{month:02d}-{self.draw.randrange(1, 29):02d}"


class _Zipf:
    """Draws from a list, the first the most often."""

    def __init__(self, values: list[str], draw: random.Random, power: float = 1.0) -> None:
        self.values, self.draw = values, draw
        sums = itertools.accumulate(1 / (place + 8) ** power for place in range(len(values)))
        self.sums = list(sums)

    def one(self) -> str:
        return self.draw.choices(self.values, cum_weights=self.sums)[0]


def main() -> int:
    """Write a file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--errors", choices=RATES, default="usual")
    wanted = parser.parse_args()
    with wanted.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(People(wanted.seed, wanted.errors).rows(wanted.rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
