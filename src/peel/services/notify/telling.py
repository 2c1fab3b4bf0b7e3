"""Tells officers what concerns them, and their open pages how much waits. For the worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from peel.kernel.access.models import Officer, RolePermission
from peel.kernel.access.permissions import allows
from peel.kernel.base import clock, events
from peel.kernel.base.ids import uuid7
from peel.kernel.records.events import PersonalCount, RecordChanged
from peel.kernel.records.models import Admission, Record
from peel.machine.commands.registry import commands, other_writers
from peel.services.notify import rules
from peel.services.notify.models import Reason

COUNT = "notices"


def tell(
    user_ids: Iterable[UUID],
    reason: str,
    text: str,
    record_id: UUID | None = None,
    at: datetime | None = None,
    *,
    by: UUID | None = None,
    event: UUID | None = None,
    break_glass: UUID | None = None,
    using: str = "default",
) -> list[UUID]:
    """Tell these users `text` (never content of the record), and why; gives those who were told.

    Within a handler the notice bears the event's id and time, so that it is told once. `by` is the
    appointment of who did it: what he does to one record within minutes becomes one notice. Who
    may not see the record or has muted this is not told, unless `break_glass` makes it an alarm.
    Raises ValueError for a reason that is not one of `Reason`.
    """
    users = list(dict.fromkeys(user_ids))
    reason = Reason(reason).value
    event, at = _circumstances(event, at)
    values: list[Any] = [
        [uuid7() for _ in users], users, reason, text[:300], record_id, by, break_glass, event, at,
        timedelta(minutes=rules.FOLDED_MINUTES),
    ]  # fmt: skip
    with connections[using].cursor() as cursor:
        cursor.execute(f"select notify.tell({', '.join(['%s'] * len(values))})", values)
        told = [row[0] for row in cursor.fetchall()]
    count(told, using=using)
    return told


def tell_of_change(happened: RecordChanged, users: Iterable[UUID], reason: Reason) -> None:
    """Tell these users of a change by somebody else: the command's title and by whom."""
    by = Officer.objects.filter(pk=happened.by).first()
    others = [user for user in users if by is None or user != by.user_id]
    if not others:
        return
    known = happened.through in commands
    other = other_writers.get(happened.through, "Changed")
    title = commands[happened.through].title if known else other
    text = f"{title}, by {by.caption}" if by else title
    tell(others, reason, text, happened.record_id, by=happened.by)


def tell_owner(record_id: UUID, text: str, *, by: UUID) -> None:
    """Tell those to whom a record belongs: its unit's supervisors, and who is admitted to it."""
    admitted = Admission.objects.filter(record_id=record_id, ended_at=None)
    users = [*supervisors(record_id), *admitted.values_list("user_id", flat=True)]
    tell(users, Reason.UNIT, text, record_id, by=by)


def supervisors(record_id: UUID) -> list[UUID]:
    """The users who supervise the unit that owns a record."""
    unit = Record.objects.filter(pk=record_id).values("owner_unit_id")
    held: dict[str, set[str]] = {}
    for role, permission in RolePermission.objects.values_list("role_id", "permission"):
        held.setdefault(role, set()).add(permission)
    roles = [role for role, names in held.items() if allows(frozenset(names), rules.SUPERVISE)]
    heads = Officer.objects.filter(current=True, unit_id__in=unit, role__in=roles)
    return list(heads.values_list("user_id", flat=True))


def _circumstances(event: UUID | None, at: datetime | None) -> tuple[UUID, datetime]:
    """The id and time of the event that is being heard, where nothing else is given."""
    try:
        heard = events.told()
    except LookupError:
        return event or uuid7(), at or clock.now()
    return event or heard.id, at or heard.at


def count(users: Iterable[UUID], *, using: str = "default") -> None:
    """Let the open pages of these users know how much waits. Call within a transaction."""
    listed = list(dict.fromkeys(users))
    if not listed:
        return
    with connections[using].cursor() as cursor:
        cursor.execute("select user_id, unread from notify.waiting(%s)", [listed])
        rows = cursor.fetchall()
    events.publish_many([PersonalCount(user, COUNT, unread) for user, unread in rows], using=using)


def ring_again(now: datetime, *, using: str = "default") -> int:
    """Ring the alarms again that nobody has judged for an hour; gives how many."""
    before = now - timedelta(minutes=rules.RINGS_AGAIN_MINUTES)
    with connections[using].cursor() as cursor:
        cursor.execute("select notify.ring_again(%s)", [before])
        users = [row[0] for row in cursor.fetchall()]
    count(users, using=using)
    return len(users)
