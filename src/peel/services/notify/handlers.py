"""What officers are told when something happens. Runs in the worker."""

from peel.kernel.access.models import Officer
from peel.kernel.base.events import hears, told
from peel.kernel.records.events import RecordChanged
from peel.kernel.records.models import BreakGlass
from peel.services.notify.events import GlassBroken, GlassJudged
from peel.services.notify.models import Notice, Reason, Watch
from peel.services.notify.telling import count, supervisors, tell, tell_of_change

_VISIBILITY = (".restrict", ".lift_restriction")


# A record that was just made has no watchers.
@hears(RecordChanged, when=lambda happened: not happened["made"])
def tell_watchers(happened: RecordChanged) -> None:
    """Tell whoever watches a record that it changed, by what command and by whom."""
    watching = Watch.objects.filter(record_id=happened.record_id, since__lte=told().at)
    tell_of_change(happened, list(watching.values_list("user_id", flat=True)), Reason.WATCH)


@hears(RecordChanged, when=lambda happened: happened["through"].endswith(_VISIBILITY))
def tell_supervisors(happened: RecordChanged) -> None:
    """Tell the supervisors of a record's unit that who may see it was changed."""
    tell_of_change(happened, supervisors(happened.record_id), Reason.UNIT)


@hears(GlassBroken)
def sound_the_alarm(happened: GlassBroken) -> None:
    """Tell those to whom a record belongs that somebody broke the glass, at once."""
    act = BreakGlass.objects.get(pk=happened.break_glass_id)
    by = Officer.objects.filter(pk=act.by_id).first()
    who = f"{by.caption}, {by.unit_name}".rstrip(", ") if by else "An officer no longer listed"
    text = f"{who} opened a restricted record: {act.get_category_display().lower()}"
    tell(act.concerned, Reason.GLASS, text, act.record_id, by=act.by_id, break_glass=act.pk)


@hears(GlassJudged)
def still_the_alarm(happened: GlassJudged) -> None:
    """Let the open pages of those who were told count anew: the alarm waits for nobody now."""
    alarms = Notice.objects.filter(break_glass=happened.break_glass_id)
    count(list(alarms.values_list("user_id", flat=True)))
