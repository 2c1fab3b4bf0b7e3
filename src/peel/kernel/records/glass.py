"""By which act of break-glass somebody sees a record."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models.functions import Now

from peel.kernel.records.models import BreakGlass

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def seen_by(identity: "Identity", record_id: UUID) -> BreakGlass | None:
    """The act by which the identity sees the record now; None when it needs none."""
    mine = BreakGlass.objects.filter(user_id=identity.user_id, record_id=record_id)
    running = mine.filter(ended_at=None, until__gt=Now(), admission__ended_at=None)
    return running.order_by("-at").first()
