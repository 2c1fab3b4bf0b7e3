"""How an auditor reads the ledger: each look is itself a line, committed before the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections

from peel.kernel.audit import context as contexts
from peel.kernel.audit import ledger

MOST = 500


class MayNotRead(Exception):
    """Whoever asks may not view the audit."""


@dataclass(frozen=True)
class Line:
    """One line as an auditor sees it; `purpose` and `query` are None where erased or not given."""

    id: UUID
    at: datetime
    act: str
    name: str
    outcome: str
    user_id: UUID | None
    appointment_id: UUID | None
    organisation_id: UUID | None
    role: str
    subjects: list[UUID]
    versions: list[int]
    request_id: UUID | None
    source: str | None
    purpose_kind: str | None
    purpose_record: UUID | None
    purpose: str | None
    query: str | None
    detail: str | None
    lane: int
    number: int
    hash: bytes

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Line":
        """The line in a row of audit.read_lines."""
        return cls(*(*row[:-1], bytes(row[-1])))


def read(
    *,
    subject: UUID | None = None,
    user: UUID | None = None,
    appointment: UUID | None = None,
    request: UUID | None = None,
    purpose: str | None = None,
    purpose_record: UUID | None = None,
    act: ledger.Act | None = None,
    outcome: ledger.Outcome | None = None,
    name: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: UUID | None = None,
    limit: int = 50,
    token: str | None = None,
) -> list[Line]:
    """A page of lines, newest first; the next page is `before` the last line's id.

    Filters are joined by "and"; `since` (inclusive) and `until` are aware moments; at most 500
    lines. Writes the line "audit.read" first. Raises MayNotRead, LedgerUnavailable, ValueError.
    """
    if (since and since.tzinfo is None) or (until and until.tzinfo is None):
        raise ValueError("A moment needs a time zone")
    asked: dict[str, Any] = {
        "subject": subject,
        "user": user,
        "appointment": appointment,
        "request": request,
        "purpose": purpose,
        "purpose_record": purpose_record,
        "act": act,
        "outcome": outcome,
        "name": name,
        "from": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "before": before,
        "limit": max(1, min(limit, MOST)),
    }
    filters = {key: value for key, value in asked.items() if value is not None}
    return _read(filters, [subject] if subject else [], token or contexts.current().token)


def _read(filters: Mapping[str, Any], subjects: list[UUID], token: str | None) -> list[Line]:
    ticket = ledger.write_apart(
        act=ledger.Act.CONSULTATION,
        name="audit.read",
        subjects=subjects,
        detail=filters,
        token=token,
    )
    connection = connections[ledger.APART]
    text = ledger.canonical_json(filters)
    try:
        with connection.cursor() as cursor:
            # One transaction of its own: whom it speaks for is forgotten when it ends.
            cursor.execute("begin")
            try:
                if token:
                    cursor.execute("select access.speak_for(%s)", [token])
                cursor.execute("select * from audit.read_lines(%s, %s)", [ticket, text])
                rows = cursor.fetchall()
            finally:
                cursor.execute("rollback")
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == "42501":
            raise MayNotRead("Only an auditor may read the ledger") from error
        raise
    return [Line.of(row) for row in rows]
