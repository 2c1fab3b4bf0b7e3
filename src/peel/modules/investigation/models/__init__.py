"""The tables of investigation."""

from peel.modules.investigation.models.crimes import Crime, CrimeOutcome
from peel.modules.investigation.models.incidents import Incident
from peel.modules.investigation.offences.models import Offence

__all__ = ["Crime", "CrimeOutcome", "Incident", "Offence"]
