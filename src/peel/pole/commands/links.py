"""Linking one record to another; changing, grading and ending a link."""

from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from peel.kernel.audit.ledger import Act
from peel.kernel.records.models import Record
from peel.machine.commands import Invalid, NotFound, Refused, Work, command
from peel.machine.queries.finding import kinds_to_view
from peel.pole import events, link_rules
from peel.pole.forms import EndForm, LinkEditForm, LinkForm
from peel.pole.models import Link, LinkType


class Meanwhile(Refused):
    """Somebody else changed or ended the link first."""

    status = 409


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
    **said: Any,
) -> Record:
    """Link the record to another: `reading` is a type's name and the side ("suspect>").

    The ledger line names both. Neither gets a new version: to whoever may see one end alone
    nothing has changed.
    """
    type_ = LinkType.objects.filter(pk=reading[:-1]).first()
    if type_ is None or reading[-1:] not in "<>":
        raise Invalid({"reading": ["Choose how the two are linked."]})
    said = link_rules.graded(said)
    link_rules.check_dates(said)
    forward = reading.endswith(">")
    ends = (record_id, other.pk) if forward else (other.pk, record_id)
    link_rules.refuse_herself(work.identity, record_id, other)
    if type_.acyclic:
        link_rules.refuse_ring(work.identity, type_, *ends)
    # Locked in order of id, so that two who link the same pair do not wait for each other.
    locked = {pk: work.lock(Record, pk) for pk in sorted(ends)}
    first, second = (locked[pk] for pk in ends)
    _check_kinds(type_, first, second)
    made = work.add(
        Link(
            type=type_,
            from_record=first,
            to_record=second,
            asserted_by_id=work.identity.appointment_id,
            asserted_at=work.at,
            asserted_in=asserted_in,
            **said,
        )
    )
    work.publish(events.Linked(made.pk, first.pk, second.pk, type_.pk))
    for end in locked.values():
        work.concern(end)
    return locked[record_id]


def _check_kinds(type_: LinkType, first: Record, second: Record) -> None:
    fits_first = not type_.from_kinds or first.kind in type_.from_kinds
    fits_second = not type_.to_kinds or second.kind in type_.to_kinds
    if not fits_first or not fits_second:
        raise Invalid(
            {"reading": [f"“{type_.forward}” cannot join {first.title} and {second.title}."]}
        )


def _held(work: Work, record_id: UUID, which: UUID) -> tuple[Link, dict[UUID, Record]]:
    """A link of the record that holds, and its ends, locked. Raises Meanwhile when it was ended.

    A page of a person shows the links of all records that are hers, so the link may hang on
    another one than the record whose page it was asked from.
    """
    kinds = kinds_to_view(work.identity)
    seen = Link.objects.filter(pk=which, from_record__kind__in=kinds, to_record__kind__in=kinds)
    ends = link_rules.members(record_id)
    found = seen.filter(Q(from_record__in=ends) | Q(to_record__in=ends)).first()
    if found is None:
        raise NotFound
    locked = {
        pk: work.lock(Record, pk) for pk in sorted((found.from_record_id, found.to_record_id))
    }
    # Read again: whoever held the records before may have ended it.
    found = seen.get()
    if found.ended_at is not None:
        raise Meanwhile(f"{found.ended_by} ended this link meanwhile: {found.end_reason}")
    return found, locked


def _told(work: Work, locked: dict[UUID, Record], record_id: UUID) -> Record:
    for record in locked.values():
        work.concern(record)
    return locked.get(record_id) or work.lock(Record, record_id)


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
    found, locked = _held(work, record_id, which)
    work.amend(found, ended_at=work.at, ended_by_id=work.identity.appointment_id, end_reason=reason)
    work.publish(events.LinkEnded(found.pk, found.from_record_id, found.to_record_id))
    return _told(work, locked, record_id)


@command(
    "pole.link.edit",
    title="Change a link",
    permission="pole.link.edit",
    form=LinkEditForm,
    on=Record,
    offered=lambda record, identity: False,
)
def edit_link(
    work: Work,
    *,
    record_id: UUID,
    which: UUID,
    stood: int | None = None,
    version: int | None = None,
    **said: Any,
) -> Record:
    """Change the dates, grading, marking and note of a link, or confirm it; each is a version.

    `stood` is the version that the form began with: who saves second is told so.
    """
    said = link_rules.graded(said)
    link_rules.check_dates(said)
    found, locked = _held(work, record_id, which)
    if stood is not None and stood != latest_version(found):
        by = found.changed_by or found.asserted_by
        raise Meanwhile(f"{by} changed this link meanwhile. Open it again to see how it is now.")
    by_whom = {"changed_at": work.at, "changed_by_id": work.identity.appointment_id}
    work.amend(found, **said, **by_whom)
    return _told(work, locked, record_id)


def latest_version(link: Link) -> int:
    """Which version of a link is the latest."""
    versions: Any = Link.pgh_event_model.objects  # type: ignore[attr-defined]
    return int(versions.filter(pgh_obj_id=link.pk).aggregate(n=Max("pgh_id"))["n"] or 0)
