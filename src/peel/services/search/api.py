"""The door of search: persons by what is known of them. Call within `speaking`."""

from peel.services.search.asked import CandidateRow, Keys, PersonHit, PersonQuery
from peel.services.search.engine import candidates, keys, people

__all__ = ["CandidateRow", "Keys", "PersonHit", "PersonQuery", "candidates", "keys", "people"]
