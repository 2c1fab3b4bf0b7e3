"""What investigation tells the others: ids and plain values only."""

from dataclasses import dataclass
from uuid import UUID

from peel.kernel.base.events import event


@event("investigation.officer_allocated")
@dataclass(frozen=True)
class OfficerAllocated:
    """A crime was given to an officer in case."""

    crime_id: UUID
    appointment_id: UUID
