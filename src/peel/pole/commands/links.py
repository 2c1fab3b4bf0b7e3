"""Linking one record to another, and ending a link."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from peel.kernel.audit.ledger import Act
from peel.kernel.records.models import Record
from peel.machine.commands import Invalid, NotFound, Work, command
from peel.pole import events
from peel.pole.forms import EndForm, LinkForm
from peel.pole.models import Link, LinkType


@command(
    "pole.link.create",
    title="Add a link",
    permission="pole.link.create",
    act=Act.COMBINATION,
    form=LinkForm,
    on=Record,
)
def link(
    work: Work,
    *,
    record_id: UUID,
    other: Record,
    reading: str,
    version: int | None = None,
    asserted_in: Record | None = None,
    **dates: Any,
) -> Record:
    """Link the record to another: `reading` is a type's name and the side ("suspect>").

    The ledger line names both. Neither gets a new version: to whoever may see one end alone
    nothing has changed.
    """
    type_ = LinkType.objects.filter(pk=reading[:-1]).first()
    if type_ is None or reading[-1:] not in "<>":
        raise Invalid({"reading": ["Choose how the two are linked."]})
    # Locked in order of id, so that two who link the same pair do not wait for each other.
    locked = {pk: work.lock(Record, pk) for pk in sorted((record_id, other.pk))}
    record, target = locked[record_id], locked[other.pk]
    first, second = (record, target) if reading.endswith(">") else (target, record)
    _check_kinds(type_, first, second)
    made = work.add(
        Link(
            type=type_,
            from_record=first,
            to_record=second,
            asserted_by_id=work.identity.appointment_id,
            asserted_at=work.at,
            asserted_in=asserted_in,
            **dates,
        )
    )
    work.publish(events.Linked(made.pk, first.pk, second.pk, type_.pk))
    for end in locked.values():
        work.concern(end)
    return record


def _check_kinds(type_: LinkType, first: Record, second: Record) -> None:
    fits_first = not type_.from_kinds or first.kind in type_.from_kinds
    fits_second = not type_.to_kinds or second.kind in type_.to_kinds
    if not fits_first or not fits_second:
        raise Invalid(
            {"reading": [f"“{type_.forward}” cannot join {first.title} and {second.title}."]}
        )


@command(
    "pole.link.end",
    title="End a link",
    permission="pole.link.end",
    form=EndForm,
    on=Record,
    offered=lambda record, identity: False,
)
def end_link(
    work: Work, *, record_id: UUID, which: UUID, reason: str, version: int | None = None
) -> Record:
    """Say that a link no longer holds. It stays on record with the reason."""
    ends = Q(from_record=record_id) | Q(to_record=record_id)
    found = Link.objects.filter(ends, pk=which, ended_at=None).first()
    if found is None:
        raise NotFound
    locked = {
        pk: work.lock(Record, pk) for pk in sorted((found.from_record_id, found.to_record_id))
    }
    work.amend(found, ended_at=work.at, ended_by_id=work.identity.appointment_id, end_reason=reason)
    work.publish(events.LinkEnded(found.pk, found.from_record_id, found.to_record_id))
    for record in locked.values():
        work.concern(record)
    return locked[record_id]
