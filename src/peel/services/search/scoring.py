"""Ranking: how well a name, and then a person, fits the question; and why, in words.

Best of straight and swapped of the likeness of each word (half Jaro-Winkler, half
Damerau-Levenshtein, sound and nicknames), and what date of birth, postcode and numbers add.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

from rapidfuzz.distance import OSA

from peel.kernel.base.dates import PartialDate
from peel.services.search import births
from peel.services.search.asked import PersonHit, PersonQuery
from peel.services.search.vocabulary import Like
from peel.services.search.words import likeness, nicknames, words

BORN, POSTCODE, NUMBER, SEX = 60.0, 25.0, 100.0, 8.0
SWAPPED, INITIAL, UNLIKE = 0.95, 0.8, 0.68
ENOUGH = 0.6


@dataclass
class Score:
    """Points, with the reasons for them in words and the fields that they came from."""

    points: float = 0.0
    reasons: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    whole: bool = False

    def add(self, points: float, reason: str, name: str) -> None:
        """Add points; a reason and the field only where something agrees."""
        self.points += points
        if points > 0 and reason:
            self.reasons.append(reason)
            self.fields.add(name)

    def hit(self, key: UUID) -> PersonHit:
        """The same as it is answered, of that record."""
        return PersonHit(
            key, round(self.points, 2), tuple(self.reasons), frozenset(self.fields), self.whole
        )


class Names:
    """The words of a question, ready to be compared with many names."""

    def __init__(self, query: PersonQuery, likes: Sequence[Like]) -> None:
        self.given, self.family = words(query.given), words(query.family)
        self.free = words(query.names)
        self._known = {like.word: like.by_text for like in likes}
        self._words: dict[tuple[str, str], float] = {}
        self._said: dict[tuple[str, str], tuple[float, list[tuple[str, str]]]] = {}

    def __bool__(self) -> bool:
        return bool(self.given or self.family or self.free)

    def like(self, family: str, given: str) -> tuple[float, list[tuple[str, str]]]:
        """How alike a name is, 0 to 1, and which word of it met which of the question."""
        key = (family, given)
        if key not in self._said:
            self._said[key] = self._compare(family.split(), given.split())
        return self._said[key]

    def _compare(self, family: list[str], given: list[str]) -> tuple[float, list[tuple[str, str]]]:
        whole = [*family, *given]
        if not (self.given and self.family):
            asked = [*self.family, *self.given, *self.free]
            return self._best(asked, whole, len(whole))
        straight = self._apart(family, given)
        swapped = self._apart(given, family)
        crossed = self._best([*self.family, *self.given], whole, len(whole))
        return max(
            straight, (swapped[0] * SWAPPED, swapped[1]), (crossed[0] * 0.93, crossed[1]),
            key=lambda found: found[0],
        )  # fmt: skip

    def _apart(self, family: list[str], given: list[str]) -> tuple[float, list[tuple[str, str]]]:
        one = self._best(self.family, family, len(family))
        other = self._best(self.given, given, min(len(given), len(self.given)))
        return (one[0] * 1.1 + other[0] * 0.9) / 2, one[1] + other[1]

    def _best(
        self, asked: list[str], held: list[str], counted: int
    ) -> tuple[float, list[tuple[str, str]]]:
        """Each word of the question with the word of the name that it is most like, once each."""
        if not asked or not held:
            return 0.0, []
        every = product(enumerate(asked), enumerate(held))
        pairs = sorted(((self._word(a, h), -i - j, i, j) for (i, a), (j, h) in every), reverse=True)
        total, met, taken_i, taken_j = 0.0, [], set(), set()
        for score, _, i, j in pairs:
            if score < ENOUGH or i in taken_i or j in taken_j:
                continue
            taken_i.add(i)
            taken_j.add(j)
            total += score
            met.append((asked[i], held[j]))
        spare = max(0, counted - len(met))
        return total / len(asked) - 0.015 * spare, met

    def _word(self, asked: str, held: str) -> float:
        if asked == held:
            return 1.0
        key = (asked, held)
        if key not in self._words:
            self._words[key] = self._compare_words(asked, held)
        return self._words[key]

    def _compare_words(self, asked: str, held: str) -> float:
        if len(asked) == 1 or len(held) == 1:
            return INITIAL if asked[0] == held[0] else 0.0
        known = self._known.get(asked, {}).get(held)
        if known is not None:
            return known
        found = likeness(asked, held)
        return found if found >= UNLIKE else 0.0


def why(met: list[tuple[str, str]], asked: int) -> str:
    """In words, how the words of the question are like those of the name."""
    other = [(a, h) for a, h in met if a != h]
    if not other:
        if len(met) == asked:
            return "same name"
        return f"name has {', '.join(_shown(held) for _, held in met)}" if met else ""
    said = []
    for a, h in other:
        if len(a) == 1 or len(h) == 1:
            said.append(f"{_shown(h)} begins with {a[0]}")
        elif h in nicknames(a):
            said.append(f"{_shown(a)} is a form of {_shown(h)}")
        elif OSA.distance(a, h) <= 2:
            said.append(f"{_shown(a)} is spelt nearly as {_shown(h)}")
        else:
            said.append(f"{_shown(a)} sounds like {_shown(h)}")
    return ", ".join(said)


def _shown(word: str) -> str:
    return word.capitalize()


def best_birth(known: PartialDate, stored: Sequence[str]) -> tuple[float, str]:
    """The best fit among a person's dates of birth."""
    found = [births.fits(known, text) for text in stored if text]
    return max(found) if found else (births.NOT_KNOWN, "")
