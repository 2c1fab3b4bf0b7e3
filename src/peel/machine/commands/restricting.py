"""Restricting a record and lifting it: written by functions of the database.

The writer may put a record out of his own sight, which a plain UPDATE refuses under row-level
security.
"""

import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Record, Restriction
from peel.machine.commands.problems import Invalid, Refused

if TYPE_CHECKING:
    from peel.machine.commands.work import Work


def restrict(
    work: "Work",
    *,
    record_id: UUID,
    version: int,
    reason: str,
    admitted: list[Any],
    review_on: datetime.date | None = None,
    keep_me: bool = True,
) -> Record:
    """Let only those admitted see the record from now on."""
    record = work.lock(Record, record_id, version)
    _require_a_standing_place(record)
    _require_within_reach(record, admitted)
    users = {officer.user_id for officer in admitted} | (
        {work.identity.user_id} if keep_me else set()
    )
    Restriction.objects.update_or_create(
        record=record,
        defaults={
            "reason": reason,
            "review_on": review_on,
            "set_at": work.at,
            "set_by_id": work.identity.appointment_id,
        },
    )
    with connection.cursor() as cursor:
        for user in sorted(users):
            cursor.execute(
                "select records.admit(%s, %s, %s, %s)", [uuid7(), record.pk, user, work.at]
            )
    record.version = _set_restricted(work, record, restricted=True)
    return record


def lift(work: "Work", *, record_id: UUID, version: int, reason: str) -> Record:
    """Let everyone whom organisation and marking allow see the record again."""
    record = work.lock(Record, record_id, version)
    _require_a_standing_place(record)
    Restriction.objects.filter(record=record).update(
        reason=reason, set_at=work.at, set_by_id=work.identity.appointment_id
    )
    record.version = _set_restricted(work, record, restricted=False)
    return record


def _require_a_standing_place(record: Record) -> None:
    """Who sees it for a time only does not decide who else may, nor for how long."""
    with connection.cursor() as cursor:
        cursor.execute("select records.sees_for_a_time(%s)", [record.pk])
        if cursor.fetchone()[0]:
            raise Refused("You see this record by break-glass: its restriction is not yours.")


def _require_within_reach(record: Record, admitted: list[Any]) -> None:
    """Name those who could not see the record even if they were admitted."""
    with connection.cursor() as cursor:
        users = [officer.user_id for officer in admitted]
        cursor.execute("select records.beyond_reach(%s, %s)", [record.pk, users])
        beyond = {row[0] for row in cursor.fetchall()}
    numbers = [officer.collar_number for officer in admitted if officer.user_id in beyond]
    if numbers:
        who = ", ".join(dict.fromkeys(numbers))
        raise Invalid({"admitted": [
            f"{who} cannot be admitted: no post held now has the clearance and the organisation"
            " that this record asks for."
        ]})  # fmt: skip


def _set_restricted(work: "Work", record: Record, *, restricted: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select records.set_visibility(%s, %s, %s, null, null, null, %s, %s)",
            [record.pk, record.version, restricted, work.at, work.name],
        )
        version = int(cursor.fetchone()[0])
    work.note(record, version)
    return version
