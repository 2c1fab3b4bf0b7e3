"""Words that no record holds as they were typed, read as words that a record holds.

Asked only where the words as they stand bring nothing, so that what is spelt right takes no longer.
Call within `speaking`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from peel.services.search.hits import NOMINAL
from peel.services.search.words import likeness

LEAST, MOST_WORDS, MOST_HITS = 4, 4, 200


@dataclass(frozen=True)
class Reading:
    """A record that holds what the words may stand for, how alike these are, and what was read."""

    record_id: UUID
    kind: str
    likeness: float
    reason: str


def find(asked: Sequence[str], among: Collection[str]) -> list[Reading]:
    """Records of these kinds that hold all the words or words like them, the most alike first."""
    typed = [word.lower() for word in dict.fromkeys(asked)]
    kinds = [kind for kind in among if kind != NOMINAL]
    plain = all(word.isascii() and word.isalnum() for word in typed)
    if not kinds or not plain or not 0 < len(typed) <= MOST_WORDS:
        return []
    if not any(len(word) >= LEAST and word.isalpha() for word in typed):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from search.texts_like(%s::text[], %s::text[], %s)", [typed, kinds, MOST_HITS]
        )
        found = [_reading(typed, *row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.likeness, one.record_id))


def _reading(typed: list[str], record_id: UUID, kind: str, met: list[str]) -> Reading:
    worth, said = 1.0, []
    for word in typed:
        if any(held.startswith(word) for held in met):
            continue
        best = max(met, key=lambda held: (likeness(word, held), held))
        worth = min(worth, likeness(word, best))
        said.append(f"{word} read as {best}")
    return Reading(record_id, kind, worth, ", ".join(said))
