"""How alike two whole names are, and which of many names are of one person: names and nothing else.

Each word of one name is put beside the word of the other that fits it best: the same, another form
of the same forename, of the same sound, or nearly the same spelling. A rare word counts for more
than a frequent one; a word that the other name lacks counts against it, though less than one that
differs.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz.distance import JaroWinkler

from peel.services.resolution.engine.text import plain, root, sound

# From which likeness on two names are held for one; chosen on one half of the UK Sanctions List.
LEAST = 0.76
FORM, SOUND, SPELT = 0.95, 0.85, 0.86
MISSING = 0.15


class Names:
    """A measure of likeness; `frequencies` says how often each word is borne, if it is known."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        counted = Counter(word for name in names for word in set(words(name)))
        self.whole = max(sum(counted.values()), 1)
        self.counted: Mapping[str, int] = counted
        self._usual = math.log2(self.whole + 2) / 2 or 1.0

    def weight(self, word: str) -> float:
        """What a word counts for: rare ones more, single letters little."""
        if len(word) == 1:
            return 0.3
        if not self.counted:
            return 1.0
        rarity = math.log2((self.whole + 2) / (self.counted.get(word, 0) + 1))
        return max(min(rarity / self._usual, 1.6), 0.4)

    def likeness(self, one: str, two: str) -> float:
        """From 0 (nothing in common) to 1 (the same words, in whatever order)."""
        left, right = words(one), words(two)
        if not left or not right:
            return 0.0
        if "".join(left) == "".join(right) or sorted(left) == sorted(right):
            return 1.0
        return self._aligned(left, right)

    def _aligned(self, left: Sequence[str], right: Sequence[str]) -> float:
        pairs = [(alike(a, b), i, j) for i, a in enumerate(left) for j, b in enumerate(right)]
        fits = sorted(pairs, reverse=True)
        used: tuple[set[int], set[int]] = (set(), set())
        good = total = 0.0
        for fit, i, j in fits:
            if i in used[0] or j in used[1]:
                continue
            used[0].add(i)
            used[1].add(j)
            both = max(self.weight(left[i]), self.weight(right[j]))
            good += fit * both
            total += both
        rest = [word for i, word in enumerate(left) if i not in used[0]]
        rest += [word for j, word in enumerate(right) if j not in used[1]]
        total += MISSING * sum(self.weight(word) for word in rest)
        return good / total


def words(name: str) -> list[str]:
    """The words of a name in plain letters."""
    return (plain(name) or "").split()


def alike(one: str, two: str) -> float:
    """How alike two words are."""
    if one == two:
        return 1.0
    if len(one) == 1 or len(two) == 1:
        return 0.6 if one[0] == two[0] else 0.0
    if root(one) == root(two):
        return FORM
    near = JaroWinkler.similarity(one, two)
    if near >= SPELT:
        return near
    if min(len(one), len(two)) >= 4 and sound(one) == sound(two):
        return SOUND
    return near * 0.4
