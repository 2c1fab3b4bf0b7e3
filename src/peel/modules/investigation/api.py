"""Investigation's door: what the layers above may use."""

from peel.modules.investigation.models import Crime, CrimeOutcome, Incident
from peel.modules.investigation.offences.load import load_offences
from peel.modules.investigation.offences.published import outcome_texts, source_categories
from peel.modules.investigation.queries import caseload

__all__ = [
    "Crime",
    "CrimeOutcome",
    "Incident",
    "caseload",
    "load_offences",
    "outcome_texts",
    "source_categories",
]
