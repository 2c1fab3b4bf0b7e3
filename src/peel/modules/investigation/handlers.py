"""What investigation does when it hears others, and itself: the officer in case is told."""

from typing import Any
from uuid import UUID

from peel.kernel.access.models import Officer
from peel.kernel.base.events import hears
from peel.kernel.records.events import RecordChanged
from peel.kernel.records.models import Record
from peel.modules.investigation.events import OfficerAllocated
from peel.modules.investigation.models import Crime
from peel.services.notify.api import Reason, tell, tell_of_change

KIND = "investigation.crime"
ALLOCATED = "investigation.crime.allocate"


def _of_a_crime(happened: dict[str, Any]) -> bool:
    """A crime that was there before; to be given one is told by its own event."""
    held = happened["kind"] == KIND and not happened["made"]
    return held and happened["through"] != ALLOCATED


@hears(RecordChanged, when=_of_a_crime)
def tell_the_officer_in_case(happened: RecordChanged) -> None:
    """Tell the officer in case of each change that somebody else made to the crime."""
    officers = Crime.objects.filter(pk=happened.record_id).values("officer_in_case_id")
    tell_of_change(happened, _users(officers), Reason.OFFICER)


@hears(OfficerAllocated)
def tell_of_the_allocation(happened: OfficerAllocated) -> None:
    """Tell an officer that a crime was given to him, unless he took it himself."""
    record = Record.objects.get(pk=happened.crime_id)
    given_by = _users([record.changed_by_id])
    others = [user for user in _users([happened.appointment_id]) if user not in given_by]
    tell(others, Reason.OFFICER, "Allocated to you", record.pk, by=record.changed_by_id)


def _users(appointments: Any) -> list[UUID]:
    """The people who hold these appointments."""
    return list(Officer.objects.filter(pk__in=appointments).values_list("user_id", flat=True))
