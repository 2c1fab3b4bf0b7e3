"""What identity tells the others: ids and plain values only."""

from dataclasses import dataclass
from uuid import UUID

from peel.kernel.base.events import event


@event("identity.judged")
@dataclass(frozen=True)
class Judged:
    """Something was judged of these records, or a judgement of them was ended."""

    record_ids: tuple[UUID, ...]
