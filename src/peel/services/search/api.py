"""The door of search: persons and things by what is known of them. Call within `speaking`."""

from peel.services.search.asked import CandidateRow, Keys, PersonHit, PersonQuery
from peel.services.search.engine import bare, candidates, keys, people
from peel.services.search.nearly import things

__all__ = [
    "CandidateRow", "Keys", "PersonHit", "PersonQuery", "bare", "candidates", "keys", "people",
    "things",
]  # fmt: skip
