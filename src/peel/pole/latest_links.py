"""The links that hold of a record and of all that are judged the same, the newest first."""

import datetime
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from peel.pole.models import Link

_NONE = UUID(int=0)


def latest_links(
    ends: Sequence[UUID],
    kinds: Sequence[str],
    *,
    size: int,
    after: tuple[datetime.datetime, UUID] | None = None,
    related: Sequence[str] = ("type",),
) -> list[Link]:
    """At most `size` links from a place on whose other end is of one of these kinds.

    What may be seen is worked out in the database before the limit. Call within `speaking`.
    """
    at, key = after or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from pole.links_of(%s, %s, %s, %s, %s)",
            [list(ends), list(kinds), at, key, size],
        )
        ids = [found for (found,) in cursor.fetchall()]
    # Two statements: in one, the tables that are joined and their row-level security are more than
    # the planner puts in order, and every link is read before those that were found are picked.
    # Asked even where there are none, so that a page asks as much whatever is linked.
    rows = Link.objects.filter(pk__in=ids or [_NONE]).select_related(*related)
    return list(rows.order_by("-asserted_at", "-pk"))
