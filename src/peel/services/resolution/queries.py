"""Reads that pages and commands of resolution share. Within `speaking`."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from peel.kernel.records.models import Record
from peel.services.resolution.models import Proposal, TrainedModel

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def proposals() -> QuerySet[Proposal]:
    """Those of which the identity sees both records: row-level security says which they are."""
    return Proposal.objects.select_related("run__model", "settled_by").defer("run__model__content")


def waiting(attention: bool) -> QuerySet[Proposal]:
    """What is open: the weightiest first; what needs attention by its age."""
    rows = proposals().filter(state=Proposal.State.OPEN, attention=attention)
    return rows.order_by("made_at", "id") if attention else rows.order_by("-weight", "id")


def records(ids: Collection[UUID], identity: "Identity") -> dict[UUID, Record]:
    """These records by id; each was looked at."""
    found = Record.objects.visible_to(identity).filter(pk__in=set(ids))
    return {record.pk: record for record in found}


def models(identity: "Identity") -> QuerySet[TrainedModel]:
    """The organisation's models, the newest first."""
    rows = TrainedModel.objects.filter(organisation_id=identity.organisation_id)
    return rows.select_related("decided_by").order_by("-number")
