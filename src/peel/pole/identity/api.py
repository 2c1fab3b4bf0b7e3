"""The door of identity: which records are shown together. Call within `speaking`.

What is told is what the speaking identity may know: two records stand together where a chain of
judgements joins them, every record of which (and in which it was said) that identity sees. A
hidden record joins nothing, so nobody learns of it from what it would have joined.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from peel.pole.identity.clusters import Clusters, Said, clusters

if TYPE_CHECKING:
    from peel.kernel.records.models import Record


def seen_clusters(
    ids: Collection[UUID], at: datetime.datetime | None = None, using: str = "default"
) -> Clusters:
    """The clusters of these records as the identity sees them, now or as at a moment."""
    from django.db import connections

    with (connections[using] if using != "default" else connection).cursor() as cursor:
        cursor.execute("select * from identity.bonds(%s, %s)", [list(ids), at])
        return clusters(Said(first, second) for first, second in cursor.fetchall())


def members(record_id: UUID, at: datetime.datetime | None = None) -> tuple[UUID, ...]:
    """Every record of the same person (vehicle, place) that the identity sees, the oldest first.

    The record itself is one of them, and the only one where nothing joins it to another.
    """
    return seen_clusters([record_id], at).get(record_id, (record_id,))


def together(record: "Record") -> tuple[UUID, ...]:
    """`members` of a record, asked once for all the parts of one page that show it."""
    known: tuple[UUID, ...] | None = record.__dict__.get("_together")
    if known is None:
        known = record.__dict__["_together"] = members(record.pk)
    return known


def canonical(record_id: UUID) -> UUID:
    """The record whose page stands for all: the oldest that the identity sees."""
    return members(record_id)[0]


def members_of(ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Each of many records with its canonical one; one that stands alone with itself."""
    found = seen_clusters(ids)
    return {key: found[key][0] if key in found else key for key in ids}
