"""Names in words: the form in which they are compared, how alike two words are, and nicknames."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA, JaroWinkler

_LETTERS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L",
     "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "ı": "i", "Ħ": "H",
     "ħ": "h", "Ŧ": "T", "ŧ": "t", "ŋ": "n", "Ŋ": "N"}
)  # fmt: skip
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ.")
_NOT_A_WORD = re.compile(r"[\W_]+", re.UNICODE)
MOST_WORDS = 7
SAME_SOUND, NICKNAME = 0.45, 0.9


def words(text: str) -> list[str]:
    """The words of a name, without accents and apostrophes, in capitals (as `search.words`)."""
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(c for c in parts if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", plain.translate(_APOSTROPHES).upper()).split()[:MOST_WORDS]


def likeness(first: str, second: str) -> float:
    """How alike two words are spelt, 0 to 1: half Jaro-Winkler, half Damerau-Levenshtein."""
    if first == second:
        return 1.0
    longest = max(len(first), len(second)) or 1
    edits = OSA.distance(first, second)
    return 0.5 * float(JaroWinkler.similarity(first, second)) + 0.5 * (1 - edits / longest)


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    text = files("peel.services.search").joinpath("nicknames.txt").read_text()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            whole, *short = line.upper().split()
            found.setdefault(whole, set()).update(short)
            for each in short:
                found.setdefault(each, set()).update({whole, *short} - {each})
    return {name: frozenset(others) for name, others in found.items()}


def nicknames(word: str) -> frozenset[str]:
    """Other forms of a given name: Liz for Elizabeth, and the other way round."""
    return _groups().get(word, frozenset())
