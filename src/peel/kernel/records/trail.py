"""The trail of a record: its versions and those of rows that belong to it, merged by keyset."""

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from peel.kernel.base.paging import moment
from peel.kernel.records.models import Record

# The versions of the record itself: of what one command wrote, they come first.
OWN = 1000


class Place(NamedTuple):
    """Where a version stands: its moment, its source by rank, a version's number or row's key."""

    at: datetime.datetime
    rank: int
    key: Any

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.rank}_{self.key}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place that a word names. Raises ValueError for one that is not ours."""
        word, rank, key = text.split("_")
        number = min(int(key), 2**31 - 1) if int(rank) == OWN else UUID(key)
        return cls(moment(word), int(rank), number)


def versions_model(model: type[models.Model]) -> Any:
    """The model of a model's versions."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")


def heads_of(record_id: UUID) -> Any:
    """The Record's row of each of its versions, the latest first, as a queryset.

    A command may write a record twice; the version is what it left behind.
    """
    rows = versions_model(Record).objects.filter(pgh_obj_id=record_id)
    return rows.order_by("-version", "-pgh_id").distinct("version")


def states(
    model: type[models.Model], own: Sequence[str], fields: Sequence[str], heads: Sequence[Any]
) -> list[dict[str, Any]]:
    """What stood in columns of the Record (`own`) and of its kind in each version of `heads`."""
    if not heads:
        return []
    rows = versions_model(model).objects.filter(pgh_obj_id=heads[0].pgh_obj_id)
    # A version that changed nothing of the kind's own wrote no row there: the one before stands.
    latest = rows.filter(carried_version__lte=OuterRef("version"))
    standing = Subquery(latest.order_by("-carried_version", "-pgh_id").values("pgh_id")[:1])
    of_heads = versions_model(Record).objects.filter(pgh_id__in=[head.pgh_id for head in heads])
    bodies = rows.filter(pgh_id__in=of_heads.annotate(body=standing).values("body"))
    newest = list(bodies.order_by("-carried_version"))
    found = []
    for head in heads:
        state = {name: getattr(head, column_of(Record, name)) for name in own}
        body = next((each for each in newest if each.carried_version <= head.version), None)
        for name in fields:
            state[name] = getattr(body, column_of(model, name), None)
        found.append(state)
    return found


@cache
def column_of(model: type[models.Model], name: str) -> str:
    """The attribute in which a row keeps a field: the key of what it points at."""
    return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]


def page_of(
    sources: Mapping[int, Any], below: Place | None, size: int
) -> tuple[list[tuple[Place, Any]], Place | None]:
    """The latest versions below a place, and the place of the next page if there is one.

    `sources` gives a queryset of versions by rank: rows of tables, and under OWN `heads_of`.
    """
    found: list[tuple[Place, Any]] = []
    for rank, versions in sources.items():
        found += (_heads if rank == OWN else _rows)(versions, rank, below, size + 1)
    found.sort(key=itemgetter(0), reverse=True)
    return found[:size], found[size - 1][0] if len(found) > size else None


def _heads(versions: Any, rank: int, below: Place | None, size: int) -> list[tuple[Place, Any]]:
    if below is not None and below.rank == rank:
        versions = versions.filter(version__lt=below.key)
    elif below is not None:
        versions = versions.filter(pgh_created_at__lt=below.at)
    return [(Place(row.pgh_created_at, rank, row.version), row) for row in versions[:size]]


def _rows(versions: Any, rank: int, below: Place | None, size: int) -> list[tuple[Place, Any]]:
    if below is not None:
        after = Q(pgh_created_at__lt=below.at)
        if rank == below.rank:
            after |= Q(pgh_created_at=below.at, pgh_obj_id__lt=below.key)
        elif rank < below.rank:
            after |= Q(pgh_created_at=below.at)
        versions = versions.filter(after)
    # Of a row that one transaction wrote twice, what it left behind.
    versions = versions.order_by("-pgh_created_at", "-pgh_obj_id", "-pgh_id")
    found = versions.distinct("pgh_created_at", "pgh_obj_id")[:size]
    return [(Place(row.pgh_created_at, rank, row.pgh_obj_id), row) for row in found]
