"""How good clusters are: precision, recall, F1 over all true pairs, missed by blocking or not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Pairs that are joined rightly, of all that are joined and all that should be."""

    right: int
    joined: int
    true: int

    @property
    def precision(self) -> float:
        """Of the pairs that are joined, the share that should be."""
        return self.right / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that should be joined, the share that are."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(clusters: Iterable[Iterable[int]], truth: Mapping[int, str]) -> Score:
    """Compare clusters of records with who each record is of."""
    right = joined = 0
    for group in clusters:
        people = Counter(truth[key] for key in group)
        size = sum(people.values())
        joined += size * (size - 1) // 2
        right += sum(n * (n - 1) // 2 for n in people.values())
    true = sum(n * (n - 1) // 2 for n in Counter(truth.values()).values())
    return Score(right, joined, true)
