"""The door of search: persons by what is known of them. Call within `speaking`."""

from peel.services.search.asked import CandidateRow, PersonHit, PersonQuery
from peel.services.search.engine import candidates, people

__all__ = ["CandidateRow", "PersonHit", "PersonQuery", "candidates", "people"]
