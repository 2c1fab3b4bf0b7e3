"""What break-glass tells the others: ids and plain values only."""

from dataclasses import dataclass
from uuid import UUID

from peel.kernel.base.events import event


@event("records.glass_broken")
@dataclass(frozen=True)
class GlassBroken:
    """Somebody opened a restricted record to himself for a while."""

    break_glass_id: UUID
    record_id: UUID


@event("records.glass_judged")
@dataclass(frozen=True)
class GlassJudged:
    """One of those concerned said what he thinks of it."""

    break_glass_id: UUID
    record_id: UUID
    verdict: str
