"""What tests of charts need besides: many links at once, and what the ledger names."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.pole.models import Link, Nominal


def many_links(who: Any, to: Any, *, ends: int, each: int = 1, way: str = "<") -> list[UUID]:
    """So many nominals linked to one, each by so many links of which the last alone holds.

    As the owner: by commands it would take a minute. The links are older than ten days, and those
    that ended did so five days ago.
    """
    keys = [uuid7() for _ in range(ends)]
    by, now = who.appointment_id, clock.now()
    with transaction.atomic(using="owner"):
        for number, key in enumerate(keys):
            Nominal(
                id=key, record_ptr_id=key, kind="pole.nominal", reference=f"XB{key.hex[-18:]}",
                title=f"Bulk {number}", family_name="Bulk", organisation_id=who.organisation_id,
                created_by_id=by, changed_by_id=by, changed_through="test",
            ).save(using="owner", force_insert=True)  # fmt: skip
        links = [
            _link(who, *((to.pk, key) if way == ">" else (key, to.pk)), number, now)
            for key in keys
            for number in range(each)
        ]
        Link.objects.using("owner").bulk_create(links)
    return keys


def _link(who: Any, first: UUID, second: UUID, number: int, now: Any) -> Link:
    ended = {"ended_at": now - timedelta(days=5), "ended_by_id": who.appointment_id}
    return Link(
        type_id="connected", from_record_id=first, to_record_id=second, confirmed=True,
        asserted_by_id=who.appointment_id, asserted_at=now - timedelta(days=11 + number),
        **(ended if number else {}),
    )  # fmt: skip


def ledger_subjects(name: str) -> set[UUID]:
    """Every record that lines of an operation name."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select unnest(subjects) from audit_line where name = %s", [name])
        return {row[0] for row in cursor.fetchall()}
