"""Who can see a record, and why: asked of the database, which answers by its own rule.

Call within `speaking`. The functions refuse (by DatabaseError) a record that the caller does not
see, and a caller without the permission VIEW. People are named of the caller's organisation alone.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

VIEW = "records.access.view"


@dataclass(frozen=True)
class Group:
    """How many people see a record for one reason; a role only within the own organisation."""

    basis: str
    organisation_id: UUID
    role: str
    people: int


@dataclass(frozen=True)
class Seer:
    """One post that sees the record."""

    appointment_id: UUID
    user_id: UUID
    name: str
    collar_number: str
    rank: str
    role: str
    unit: str
    basis: str


@dataclass(frozen=True)
class Why:
    """Each part of the rule for one post.

    `reach` is "own", "agreement" or "none"; `listed` is "open" where nobody needs to be, else
    "yes", "until" (it ends by itself) or "no".
    """

    appointment_id: UUID
    role: str
    unit: str
    in_force: bool
    reach: str
    clearance: int
    cleared: bool
    listed: str
    permitted: bool
    sees: bool


def groups(record_id: UUID, permission: str) -> tuple[int, list[Group]]:
    """How many people see the record and may view its kind, and how many for which reason."""
    with connection.cursor() as cursor:
        cursor.execute("select * from records.seen_by_groups(%s, %s)", [record_id, permission])
        rows = cursor.fetchall()
    total = sum(people for basis, _, _, people in rows if basis is None)
    found = [Group(basis, place, role or "", n) for basis, place, role, n in rows if basis]
    return total, sorted(found, key=lambda group: (group.basis, group.role, -group.people))


def people(
    record_id: UUID,
    permission: str,
    *,
    basis: str = "",
    role: str = "",
    text: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int = 50,
) -> list[Seer]:
    """The posts of the own organisation that see it, by name, after the one named in `after`."""
    name, key = after or ("", None)
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from records.seen_by_people(%s, %s, %s, %s, %s, %s, %s, %s)",
            [record_id, permission, basis, role, text, name, key, limit],
        )
        return [Seer(*row) for row in cursor.fetchall()]


def why(record_id: UUID, permission: str, user_id: UUID) -> list[Why]:
    """The rule worked out for every post that a person holds in the own organisation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from records.sees_why(%s, %s, %s)", [record_id, permission, user_id]
        )
        return [Why(*row) for row in cursor.fetchall()]
