"""How fast somebody may call: counted in the database, so that all workers count alike."""

from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True)
class Pace:
    """So many calls a minute on the whole, of which `burst` at once. `name` is told to callers."""

    name: str
    a_minute: int
    burst: int


@dataclass(frozen=True)
class Count:
    """What a call left over: how many more at once, and for how many seconds one has to wait."""

    pace: Pace
    allowed: bool
    remaining: int
    wait: float


def count_call(key: str, pace: Pace, using: str = "default") -> Count:
    """Count one call by `key` against a pace; one that is refused is not counted."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select allowed, remaining, wait from access.count_call(%s, %s, %s)",
            [f"{pace.name} {key}", pace.a_minute, pace.burst],
        )
        return Count(pace, *cursor.fetchone())
