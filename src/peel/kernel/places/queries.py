"""What is near: look-ups by distance that show only what the caller may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

FARTHEST = 50_000
MOST = 1_000


@dataclass(frozen=True)
class Near:
    """A record and its distance in metres, in a straight line on the National Grid."""

    record_id: UUID
    metres: float


def within(
    easting: float,
    northing: float,
    metres: float,
    *,
    limit: int = 100,
    after: Near | None = None,
    using: str = "default",
) -> list[Near]:
    """The visible records within `metres` of a grid point, the nearest first.

    Call it within the transaction that speaks for a user: nobody sees nothing. The limit counts
    visible records only. `after` is the last of the page before.
    Raises ValueError for a distance over 50 km, or a limit over 1,000.
    """
    if not 0 <= metres <= FARTHEST:
        raise ValueError(f"The distance must be between 0 and {FARTHEST} metres")
    if not 1 <= limit <= MOST:
        raise ValueError(f"The limit must be between 1 and {MOST}")
    behind = (after.metres, after.record_id) if after else (None, None)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select record_id, metres from places.within(%s, %s, %s, %s, %s, %s)",
            [easting, northing, metres, limit, *behind],
        )
        return [Near(*row) for row in cursor.fetchall()]


def all_within(
    easting: float, northing: float, metres: float, *, using: str = "default"
) -> Iterator[Near]:
    """Every visible record within `metres`, the nearest first, read page by page."""
    after: Near | None = None
    while page := within(easting, northing, metres, limit=MOST, after=after, using=using):
        yield from page
        after = page[-1]
