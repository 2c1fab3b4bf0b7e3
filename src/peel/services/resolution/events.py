"""What resolution tells the others: ids and plain values only."""

from dataclasses import dataclass
from uuid import UUID

from peel.kernel.base.events import event


@event("resolution.hidden_asked")
@dataclass(frozen=True)
class HiddenAsked:
    """Somebody was told to ask about what he may not see, or recorded it after he had asked."""

    act: UUID
