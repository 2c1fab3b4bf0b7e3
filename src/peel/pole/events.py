"""What POLE tells the others: ids and plain values only."""

from dataclasses import dataclass
from uuid import UUID

from peel.kernel.base.events import event


@event("pole.nominal_recorded")
@dataclass(frozen=True)
class NominalRecorded:
    """A nominal not known before was recorded."""

    nominal_id: UUID


@event("pole.linked")
@dataclass(frozen=True)
class Linked:
    """Two records were linked."""

    link_id: UUID
    from_id: UUID
    to_id: UUID
    type: str


@event("pole.link_ended")
@dataclass(frozen=True)
class LinkEnded:
    """A link no longer holds."""

    link_id: UUID
    from_id: UUID
    to_id: UUID


@event("pole.marker_added")
@dataclass(frozen=True)
class MarkerAdded:
    """A marker was put on a record."""

    marker_id: UUID
    record_id: UUID
    type: str


@event("pole.marker_ended")
@dataclass(frozen=True)
class MarkerEnded:
    """A marker no longer holds."""

    marker_id: UUID
    record_id: UUID
    type: str
