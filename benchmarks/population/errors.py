"""How people get a name or a date of birth wrong; written for measuring, not used to tune.

Each kind takes a person (given, family, day) and a source of chance, and gives what is asked: the
words of a name and a date, either of which may be missing.
"""

import datetime
import random
from collections.abc import Callable

Asked = tuple[str, str]
Person = tuple[str, str, str]
_NEAR = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy",
    "i": "uok", "j": "hku", "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol",
    "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs",
    "y": "tuh", "z": "xas",
}  # fmt: skip
_HEARD = [
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ie", "y"), ("y", "ie"),
    ("ei", "ie"), ("ee", "ea"), ("ea", "ee"), ("ll", "l"), ("l", "ll"), ("tt", "t"), ("nn", "n"),
    ("son", "sen"), ("er", "a"), ("ou", "u"), ("s", "z"), ("z", "s"), ("gh", "g"), ("wh", "w"),
    ("kn", "n"), ("mb", "m"), ("ai", "ay"), ("ay", "ai"), ("x", "cks"), ("qu", "kw"), ("dge", "ge"),
    ("th", "t"), ("ch", "tch"), ("ow", "au"), ("i", "y"), ("ew", "ue"),
]  # fmt: skip


def typo(word: str, chance: random.Random) -> str:
    """One slip of the keyboard: a neighbour, a letter too many or too few, two changed round."""
    if len(word) < 3:
        return word
    place = chance.randrange(len(word))
    letter = word[place].lower()
    match chance.choice(["near", "near", "double", "drop", "swap"]):
        case "near":
            return word[:place] + chance.choice(_NEAR.get(letter, "e")) + word[place + 1 :]
        case "double":
            return word[:place] + word[place] + word[place:]
        case "drop":
            return word[:place] + word[place + 1 :]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def heard(word: str, chance: random.Random) -> str:
    """Written as it sounds; a word that holds none of these sounds gets a slip instead."""
    plain = word.lower()
    fitting = [(a, b) for a, b in _HEARD if a in plain]
    if not fitting:
        return typo(word, chance)
    old, new = chance.choice(fitting)
    places = [i for i in range(len(plain)) if plain.startswith(old, i)]
    place = chance.choice(places)
    return plain[:place] + new + plain[place + len(old) :]


def _first(given: str) -> str:
    return given.split(maxsplit=1)[0]


def _one(person: Person, chance: random.Random, wrong: Callable[..., str]) -> str:
    given, family, _ = person
    if chance.random() < 0.7:
        return f"{_first(given)} {wrong(family, chance)}"
    return f"{wrong(_first(given), chance)} {family}"


def _both(person: Person, chance: random.Random) -> str:
    return f"{typo(_first(person[0]), chance)} {typo(person[1], chance)}"


def _date(day: str, chance: random.Random) -> str:
    born = datetime.date.fromisoformat(day)
    if born.day <= 12 and born.day != born.month and chance.random() < 0.5:
        return born.replace(day=born.month, month=born.day).isoformat()
    while True:
        place = chance.choice([3, 6, 8, 9, 9])
        made = day[:place] + str(chance.randrange(10)) + day[place + 1 :]
        try:
            if made != day:
                return datetime.date.fromisoformat(made).isoformat()
        except ValueError:
            continue


KINDS: dict[str, Callable[[Person, random.Random], Asked]] = {
    "exact": lambda p, c: (f"{_first(p[0])} {p[1]}", p[2]),
    "one typo, name": lambda p, c: (_one(p, c, typo), ""),
    "one typo, year": lambda p, c: (_one(p, c, typo), p[2][:4]),
    "two typos, born": lambda p, c: (_both(p, c), p[2]),
    "heard, year": lambda p, c: (_one(p, c, heard), p[2][:4]),
    "heard, born": lambda p, c: (_one(p, c, heard), p[2]),
    "swapped, year": lambda p, c: (f"{p[1]} {_one(p, c, typo).split()[0]}", p[2][:4]),
    "initial, born": lambda p, c: (f"{p[0][0]} {typo(p[1], c)}", p[2]),
    "typo, wrong date": lambda p, c: (_one(p, c, typo), _date(p[2], c)),
}
"""What is done to the person; "name" alone has homonyms, which count as found."""
