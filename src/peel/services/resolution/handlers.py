"""What the owners of hidden records are told. Runs in the worker."""

from peel.kernel.access.models import Officer
from peel.kernel.base.events import hears
from peel.kernel.records.models import Record
from peel.services.notify.api import tell_owner
from peel.services.resolution.events import HiddenAsked
from peel.services.resolution.models import Asking


@hears(HiddenAsked)
def tell_owners(happened: HiddenAsked) -> None:
    """Tell those to whom a record belongs that somebody was about to record it again, or did."""
    for row in Asking.objects.filter(act=happened.act):
        by = Officer.objects.filter(pk=row.appointment_id).first()
        who = f"{by.caption}, {by.unit_name}".rstrip(", ") if by else "An officer"
        made = Record.objects.filter(pk=row.made_id).first() if row.made_id else None
        text = (
            f"{who} recorded {made.reference}, which may be the same"
            if made
            else f"{who} was about to record what may be the same, and was told to ask"
        )
        tell_owner(row.record_id, text, by=row.appointment_id)
