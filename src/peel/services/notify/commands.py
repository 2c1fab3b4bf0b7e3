"""Watching a record; breaking the glass, ending and judging that; what one does with notices.

The first are commands of the machine. What an officer has read, and what he mutes, is his own and
no fact of a record: written plainly, within `speaking`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from peel.kernel.audit.ledger import Act
from peel.kernel.base import clock, references
from peel.kernel.base.events import publish
from peel.kernel.base.ids import uuid7
from peel.kernel.records.events import PersonalCount
from peel.kernel.records.models import BreakGlass, Record
from peel.machine.commands import Invalid, NotFound, Refused, Work, command
from peel.machine.forms.base import CommandForm
from peel.services.notify import events, queries, rules
from peel.services.notify.forms import BreakGlassForm, JudgeForm
from peel.services.notify.models import Mute, Notice, Reason, Watch
from peel.services.notify.telling import COUNT

NOTHING_OPENS = (
    "Break-glass opens nothing by this reference. Check it. If it is right, ask the duty officer"
    " of the force that holds the record. This attempt is on record."
)


@command(
    "notify.watch",
    title="Watch",
    permission=rules.WATCH,
    act=Act.CONSULTATION,
    form=CommandForm,
    on=Record,
    offered=lambda record, identity: not queries.watches(identity, record),
)
def watch(work: Work, *, record_id: UUID, version: int | None = None) -> Record:
    """Be told of each change of the record from now on. To watch it twice does no harm."""
    record = _seen(work, record_id)
    Watch.objects.get_or_create(
        user_id=work.identity.user_id, record_id=record.pk, defaults={"since": work.at}
    )
    return record


@command(
    "notify.unwatch",
    title="Stop watching",
    permission=rules.WATCH,
    act=Act.CONSULTATION,
    form=CommandForm,
    on=Record,
    offered=lambda record, identity: queries.watches(identity, record),
)
def unwatch(work: Work, *, record_id: UUID, version: int | None = None) -> Record:
    """Be told of the record no more."""
    record = _seen(work, record_id)
    Watch.objects.filter(user_id=work.identity.user_id, record_id=record.pk).delete()
    return record


def _seen(work: Work, record_id: UUID) -> Record:
    """The record, named in the line and not locked: it stays as it is."""
    record: Record | None = Record.objects.visible_to(work.identity).filter(pk=record_id).first()
    if record is None:
        raise NotFound
    work.concern(record)
    return record


@command(
    "records.break_glass",
    title="Break the glass",
    permission=rules.BREAK_GLASS,
    act=Act.ACCESS,
    form=BreakGlassForm,
)
def break_glass(work: Work, *, reference: str, category: str, reason: str) -> BreakGlass:
    """Open one restricted record to oneself for a while. Whom it belongs to is told at once.

    Raises Refused in the same words where there is no such record and where this opens none.
    """
    normal = _normal(reference)
    if Record.objects.visible_to(work.identity).filter(reference=normal).exists():
        raise Refused("You can see this record already: open it by the search.")
    rows = _call("records.break_glass", uuid7(), uuid7(), normal, category, reason)
    if not rows:
        raise Refused(NOTHING_OPENS)
    act = BreakGlass.objects.select_related("record").get(pk=rows[0])
    work.concern(act.record)
    work.publish(events.GlassBroken(act.pk, act.record_id))
    return act


def _normal(reference: str) -> str:
    try:
        return references.check(reference)
    except ValidationError as problem:
        raise Invalid({"reference": problem.messages}) from None


@command(
    "records.end_break_glass",
    title="End break-glass now",
    permission=rules.END,
    act=Act.ACCESS,
)
def end_break_glass(work: Work, *, act_id: UUID) -> UUID:
    """End the time that break-glass gave: one's own, or one that concerns the caller."""
    rows = _call("records.end_break_glass", act_id)
    return _named(work, act_id, rows)


@command(
    "records.judge_break_glass",
    title="Judge a break-glass",
    permission=rules.JUDGE,
    act=Act.ACCESS,
    form=JudgeForm,
)
def judge_break_glass(work: Work, *, act_id: UUID, verdict: str, words: str) -> UUID:
    """Acknowledge an act of breaking the glass with a judgement. Raises NotFound for others'."""
    rows = _call("records.judge_break_glass", uuid7(), act_id, verdict, words)
    record_id = _named(work, act_id, rows)
    work.publish(events.GlassJudged(act_id, record_id, verdict))
    return record_id


def _named(work: Work, act_id: UUID, rows: list[UUID]) -> UUID:
    """Name the record in the ledger line, though whoever judges may not see it."""
    act = BreakGlass.objects.filter(pk__in=rows or [act_id]).first()
    if act is None:
        raise NotFound
    work.concerned[act.record_id] = None
    return act.record_id


def _call(function: str, *values: Any) -> list[UUID]:
    """The ids of the acts that a function of the database gives. Raises NotFound."""
    marks = ", ".join(["%s"] * len(values))
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"select id from {function}({marks})", list(values))
            return [row[0] for row in cursor.fetchall()]
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == "P0002":
            raise NotFound from error
        raise


def mark(identity: Any, ids: list[UUID] | None, *, read: bool) -> None:
    """Mark these notices read or unread (all that are unread, where none is named)."""
    mine = Notice.objects.filter(user_id=identity.user_id)
    if ids is not None:
        mine = mine.filter(pk__in=ids)
    mine.filter(read_at__isnull=read).update(read_at=clock.now() if read else None)
    publish(PersonalCount(identity.user_id, COUNT, queries.waiting(identity).count))


def mute(identity: Any, *, reason: str = "", record_id: UUID | None = None) -> None:
    """Be told no more for this reason, or of this record. Raises Refused for alarms."""
    if reason == Reason.GLASS:
        raise Refused("Alarms cannot be muted.")
    if record_id is not None and not queries.seen_records(identity, {record_id}):
        raise NotFound
    if record_id is None and reason not in Reason.values:
        raise NotFound
    what: dict[str, Any] = {"reason": "" if record_id else reason, "record_id": record_id}
    Mute.objects.get_or_create(user_id=identity.user_id, **what)


def unmute(identity: Any, mute_id: UUID) -> None:
    """Be told again."""
    Mute.objects.filter(user_id=identity.user_id, pk=mute_id).delete()


def forget_read(before: datetime) -> int:
    """Remove the notices that were read before then; alarms stay with their act. For the worker."""
    old = Notice.objects.filter(read_at__lt=before, break_glass=None)
    return int(old.delete()[0])
