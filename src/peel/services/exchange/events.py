"""What exchange tells."""

from dataclasses import dataclass
from uuid import UUID

from peel.kernel.base.events import event


@event("exchange.import_started")
@dataclass(frozen=True)
class ImportStarted:
    """Somebody has looked at a file and wants it brought in."""

    import_id: UUID
