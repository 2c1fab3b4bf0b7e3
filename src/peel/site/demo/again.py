"""People who were recorded again under what another report made of their names and dates.

Nobody has judged of them: they are what resolution finds, and what search before create would have
kept from being made.
"""

import datetime
import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peel.site.demo.population import Person

# Of those known to the force, so many were recorded again, and some of them a second time.
SHARE, MORE = 0.5, 0.25
SHORT = {
    "Andrew": "Andy", "Anthony": "Tony", "Benjamin": "Ben", "Catherine": "Cath",
    "Christopher": "Chris", "Daniel": "Danny", "David": "Dave", "Deborah": "Debbie",
    "Elizabeth": "Liz", "Jacqueline": "Jackie", "James": "Jim", "Jennifer": "Jenny",
    "Joseph": "Joe", "Joshua": "Josh", "Margaret": "Maggie", "Matthew": "Matt", "Michael": "Mike",
    "Nicholas": "Nick", "Patricia": "Pat", "Rebecca": "Becky", "Richard": "Rick", "Robert": "Bob",
    "Samantha": "Sam", "Samuel": "Sam", "Stephanie": "Steph", "Stephen": "Steve", "Susan": "Sue",
    "Thomas": "Tom", "Timothy": "Tim", "Victoria": "Vicky", "William": "Bill",
}  # fmt: skip


def times(chance: random.Random) -> int:
    """How often somebody was recorded again."""
    return 0 if chance.random() > SHARE else 2 if chance.random() < MORE else 1


def again(one: "Person", chance: random.Random) -> "Person":
    """The same person as another report has her: one to three things differ."""
    first, _, middle = one.given.partition(" ")
    given = first if middle and chance.random() < 0.6 else one.given
    made = replace(
        one, given=given, written=one.born.isoformat(), names=[], births=[], facts=[], marks=[],
        identifiers=[], markers=[],
    )  # fmt: skip
    for slip in chance.sample(_SLIPS, chance.choice((1, 1, 2))):
        slip(made, chance)
    if chance.random() < 0.35:
        made.identifiers = [held for held in one.identifiers if held[0] == "PNC"]
    return made


def _typed_wrong(one: "Person", chance: random.Random) -> None:
    one.family = slipped(one.family, chance)


def _called_short(one: "Person", chance: random.Random) -> None:
    first, space, rest = one.given.partition(" ")
    one.given = SHORT.get(first, slipped(first, chance)) + space + rest


def _names_changed_round(one: "Person", chance: random.Random) -> None:
    one.family, one.given = one.given.split()[0], one.family


def _day_and_month_changed_round(one: "Person", chance: random.Random) -> None:
    if one.born.day <= 12:
        one.written = datetime.date(one.born.year, one.born.day, one.born.month).isoformat()
    else:
        one.written = one.born.replace(day=one.born.day % 28 + 1).isoformat()


def _year_alone(one: "Person", chance: random.Random) -> None:
    one.written = str(one.born.year)


_SLIPS: list[Callable[["Person", random.Random], None]] = [
    _typed_wrong, _typed_wrong, _called_short, _names_changed_round, _day_and_month_changed_round,
    _year_alone,
]  # fmt: skip


def slipped(name: str, chance: random.Random) -> str:
    """A name as a hurried hand types it: a letter left out, doubled, or two changed round."""
    place = chance.randrange(1, max(2, len(name) - 1))
    sort = chance.randrange(3)
    if sort == 0:
        return name[:place] + name[place + 1 :]
    if sort == 1:
        return name[:place] + name[place] + name[place:]
    return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]
