"""A hit of the search, and how links are read in its reasons."""

from dataclasses import dataclass, field
from uuid import UUID

from peel.pole.models import LinkType

NOMINAL, VEHICLE, PLACE = "pole.nominal", "objects.vehicle", "pole.location"


@dataclass
class Hit:
    """A record that fits, how well, and why in words."""

    record_id: UUID
    kind: str
    points: float = 0.0
    reasons: list[str] = field(default_factory=list)
    # The parts of the question that a link has spoken for already: each speaks once.
    spoken: set[str] = field(default_factory=set)

    def add(self, points: float, reason: str) -> None:
        """Add points, and the reason once."""
        self.points += points
        if reason and reason not in self.reasons:
            self.reasons.append(reason)


def readings() -> dict[str, tuple[str, str]]:
    """Both readings of each type of link."""
    return {t.name: (t.forward, t.backward) for t in LinkType.objects.all()}
