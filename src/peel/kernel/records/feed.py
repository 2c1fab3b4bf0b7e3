"""What changed, in the order in which it was published: for callers whom the database knows."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections


@dataclass(frozen=True)
class Change:
    """A record was left at a version. `published` is the place in the order, `at` aware UTC."""

    published: int
    record_id: UUID
    kind: str
    version: int
    through: str
    made: bool
    at: datetime


def position(using: str = "default") -> int:
    """The last place given in the order of publication.

    Read it before what a page shows: whatever is published later is then told to the page, and
    some of it may be on the page already, which does no harm.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("select records.position()")
        return int(cursor.fetchone()[0])


def changes(after: int, limit: int, using: str = "default") -> tuple[list[Change], int]:
    """The changes past `after` that the speaker may see, and the last place that was looked at.

    Looks at no more than `limit` events, so a page may hold fewer, or none while more follow.
    Call within `speaking`.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("select published, payload, at from records.changes(%s, %s)", [after, limit])
        *rows, (looked, _, _) = cursor.fetchall()
    return [_change(published, payload, at) for published, payload, at in rows], int(looked)


def _change(published: int, payload: str, at: datetime) -> Change:
    told = json.loads(payload)
    return Change(
        published, UUID(told["record_id"]), told["kind"], told["version"], told["through"],
        bool(told.get("made")), at,
    )  # fmt: skip
