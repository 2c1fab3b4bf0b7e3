"""Reads of judgements and members that pages, forms and commands share. Within `speaking`."""

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from peel.kernel.records.models import Record
from peel.pole.identity import api
from peel.pole.identity.models import Judgement

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST = 200


def records_of(ids: Collection[UUID], identity: "Identity") -> list[Record]:
    """These records, the oldest first; each was looked at."""
    return list(Record.objects.visible_to(identity).filter(pk__in=ids).order_by("pk")[:MOST])


def sources(record: Record, identity: "Identity", at: Any = None) -> list[Record]:
    """The source records of what the record is one of, itself among them."""
    return records_of(api.members(record.pk, at), identity)


def shown_together(record: Record, other: Record, identity: "Identity") -> list[Record]:
    """What would be shown as one if the two were judged the same."""
    found = api.seen_clusters([record.pk, other.pk])
    ids = {*found.get(record.pk, (record.pk,)), *found.get(other.pk, (other.pk,))}
    return records_of(ids, identity)


def judgements_of(ids: Collection[UUID]) -> QuerySet[Judgement]:
    """What was ever judged of any of these records, as far as the identity sees it."""
    either = Q(first_id__in=ids) | Q(second_id__in=ids)
    return Judgement.objects.filter(either).select_related(
        "first", "second", "asserted_by", "asserted_in", "ended_by"
    )


def holding(rows: QuerySet[Judgement], at: datetime.datetime | None = None) -> QuerySet[Judgement]:
    """Those that hold, now or at a moment."""
    if at is None:
        return rows.filter(ended_at=None)
    return rows.filter(Q(ended_at=None) | Q(ended_at__gt=at), asserted_at__lte=at)


def clash(first: UUID, second: UUID) -> tuple[UUID, UUID] | bool:
    """Which two are judged different and would be one if these two were.

    False for none; True where there are two, and the identity may not know which.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from identity.clash(%s, %s)", [first, second])
        row = cursor.fetchone()
    if row is None:
        return False
    return (row[0], row[1]) if row[2] else True


def are_joined(first: UUID, second: UUID) -> bool:
    """Whether two are one by judgements that the identity may or may not know."""
    with connection.cursor() as cursor:
        cursor.execute("select identity.are_joined(%s, %s)", [first, second])
        return bool(cursor.fetchone()[0])


def hold(ids: Collection[UUID]) -> None:
    """Lock the clusters of these records to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select identity.hold(%s)", [sorted(ids)])
