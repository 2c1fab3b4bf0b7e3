"""Reads that pages and commands of resolution share. Within `speaking`."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from peel.kernel.records.models import Record
from peel.machine import registry
from peel.services.resolution.engine.changes import MOVED, NEW
from peel.services.resolution.gathering import KIND as PEOPLE
from peel.services.resolution.kinds import registered
from peel.services.resolution.models import Change, Proposal, Run, TrainedModel

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def proposals() -> QuerySet[Proposal]:
    """Those of which the identity sees both records: row-level security says which they are."""
    return Proposal.objects.select_related("run__model", "settled_by").defer("run__model__content")


def kinds_of(identity: "Identity") -> list[str]:
    """The kinds that are told apart and that the identity may look at, by their names."""
    kinds = [PEOPLE, *(one.kind for one in registered())]
    return [kind for kind in kinds if identity.may(registry.sheet_of(kind).may.view)]


def waiting(attention: bool, kinds: Collection[str]) -> QuerySet[Proposal]:
    """What is open of some kinds: the weightiest first; what needs attention by its age."""
    rows = proposals().filter(
        state=Proposal.State.OPEN, attention=attention, run__model__kind__in=kinds
    )
    return rows.order_by("made_at", "id") if attention else rows.order_by("-weight", "id")


def records(ids: Collection[UUID], identity: "Identity") -> dict[UUID, Record]:
    """These records by id; each was looked at."""
    found = Record.objects.visible_to(identity).filter(pk__in=set(ids))
    return {record.pk: record for record in found}


def runs(identity: "Identity") -> QuerySet[Run]:
    """The organisation's runs, the newest first."""
    rows = Run.objects.filter(organisation_id=identity.organisation_id).select_related("model")
    return rows.defer("model__content").order_by("-began_at")


def changes_of(run: Run) -> dict[str, list[list[list[UUID]]]]:
    """By its sort, each change that a run would make, in its parts, as far as one may see it.

    Of what is hidden nothing is told: a change of which too little is left is left out.
    """
    found: dict[tuple[str, int], dict[int, list[UUID]]] = {}
    rows = Change.objects.filter(run=run).order_by("number", "part", "record_id")
    for sort, number, part, record in rows.values_list("sort", "number", "part", "record_id"):
        found.setdefault((sort, number), {}).setdefault(part, []).append(record)
    told: dict[str, list[list[list[UUID]]]] = {}
    for (sort, _), parts in found.items():
        least = {NEW: 1, MOVED: 3}.get(sort, 2)
        if len(parts) >= least and sum(map(len, parts.values())) > 1:
            told.setdefault(sort, []).append(list(parts.values()))
    return told


def models(identity: "Identity") -> QuerySet[TrainedModel]:
    """The organisation's models, the newest first."""
    rows = TrainedModel.objects.filter(organisation_id=identity.organisation_id)
    return rows.select_related("decided_by").order_by("-number")
