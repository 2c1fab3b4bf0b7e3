"""Reads of investigation that more than one page needs."""

from typing import TYPE_CHECKING

from peel.modules.investigation.models import Crime

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def caseload(identity: "Identity", limit: int = 25) -> list[Crime]:
    """The crimes that are open with this appointment as officer in case, the newest first."""
    mine = Crime.objects.visible_to(identity).filter(officer_in_case_id=identity.appointment_id)
    open_ones = mine.exclude(carried_state__in=("filed", "cancelled"))
    return list(open_ones.order_by("-carried_created_at")[:limit])
