"""Warning markers, information markers and standings on any record."""

import datetime
from typing import Any
from uuid import UUID

from peel.kernel.audit.ledger import Act
from peel.kernel.base import clock
from peel.kernel.records.models import Record
from peel.machine.commands import Invalid, NotFound, Work, command
from peel.pole import events
from peel.pole.commands.nominals import ended, said
from peel.pole.facts.forms import MarkerForm, ReviewForm
from peel.pole.forms import EndForm
from peel.pole.models import Marker, MarkerType

EDIT = "pole.marker.edit"


def never(record: Any, identity: Any) -> bool:
    """Offered on the line of a marker alone."""
    return False


def _marked(work: Work, record_id: UUID) -> Record:
    """The record, locked as its kind, so that its version rises and its page hears of it."""
    return work.lock(Record, record_id)


@command(
    "pole.marker.add",
    title="Add a marker", permission="pole.marker.add", act=Act.COLLECTION, form=MarkerForm,
    on=Record,
)  # fmt: skip
def add_marker(
    work: Work,
    *,
    record_id: UUID,
    type: str,
    reason: str,
    review_on: datetime.date | None = None,
    expires_on: datetime.date | None = None,
    asserted_in: Record | None = None,
    version: int | None = None,
) -> Record:
    """Put a marker on a record, with its reason and the day on which it is looked at again."""
    record = _marked(work, record_id)
    kind = MarkerType.objects.filter(pk=type).first()
    if kind is None or not kind.fits(record.kind):
        raise Invalid({"type": ["Choose a marker that this kind of record may bear."]})
    if Marker.objects.filter(record=record, type=kind, ended_at=None).exists():
        raise Invalid({"type": ["The record bears this marker already."]})
    source = said(work, asserted_in)
    del source["basis"]
    due = review_on or clock.today() + datetime.timedelta(days=kind.review_days)
    made = work.add(
        Marker(
            record=record, type=kind, reason=reason, review_on=due, expires_on=expires_on, **source
        )
    )
    work.concern(record)
    work.publish(events.MarkerAdded(made.pk, record.pk, kind.pk))
    return record


@command(
    "pole.marker.end",
    title="End a marker", permission=EDIT, form=EndForm, on=Record, offered=never,
)  # fmt: skip
def end_marker(
    work: Work, *, record_id: UUID, which: UUID, reason: str, version: int | None = None
) -> Record:
    """Say that a marker no longer holds. It stays on record with the reason."""
    record, marker = _marked(work, record_id), _holding(record_id, which)
    work.amend(marker, **ended(work, reason))
    work.concern(record)
    work.publish(events.MarkerEnded(marker.pk, record.pk, marker.type_id))
    return record


@command(
    "pole.marker.review",
    title="Review a marker", permission=EDIT, form=ReviewForm, on=Record, offered=never,
)  # fmt: skip
def review_marker(
    work: Work, *, record_id: UUID, which: UUID, review_on: datetime.date, reason: str,
    version: int | None = None,
) -> Record:  # fmt: skip
    """Say that a marker was looked at again and why it still holds; both reasons are kept."""
    if review_on <= clock.today():
        raise Invalid({"review_on": ["Choose a day that is still to come."]})
    record, marker = _marked(work, record_id), _holding(record_id, which)
    work.amend(marker, review_on=review_on, reason=reason)
    work.concern(record)
    return record


def _holding(record_id: UUID, which: UUID) -> Marker:
    """The marker, locked: of two who end it at once the second is told that it has ended."""
    held = Marker.objects.select_for_update().filter(record=record_id, pk=which, ended_at=None)
    marker = held.first()
    if marker is None:
        raise NotFound
    return marker
