"""The ledger's door: every act leaves a line, in its own transaction or in one apart.

Who acts is never an argument: PostgreSQL knows whom the transaction speaks for.
Source of the acts: Data Protection Act 2018, section 62(1).
"""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from peel.kernel.audit import context as contexts

APART = "audit"
_LONGEST_TEXT = 20_000


class Act(StrEnum):
    """What was done: the six acts of section 62, and `access` for sign-in, purpose and the like."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    ACCESS = "access"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class LedgerUnavailable(Exception):
    """The line could not be written, so the act must not happen."""


def write(
    *,
    act: Act,
    name: str,
    outcome: Outcome = Outcome.DONE,
    subjects: Sequence[UUID] = (),
    versions: Sequence[int] = (),
    query: str | None = None,
    detail: Mapping[str, Any] | None = None,
    using: str = "default",
) -> UUID:
    """Write the line of a write, as the last statement of the caller's transaction.

    `versions[i]` is the version that `subjects[i]` was given; leave it empty for other acts.
    `query` holds words that may have to be erased one day; `detail` must hold none.
    Returns the line's id. Raises RuntimeError outside a transaction and LedgerUnavailable when
    the ledger refuses the line (the transaction is then beyond repair, as it should be).
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("The line of a write belongs into the write's own transaction")
    values = _values(
        act, name, outcome, subjects=subjects, versions=versions, query=query, detail=detail
    )
    try:
        return _call(connection, "audit.append", values)
    except DatabaseError as error:
        raise LedgerUnavailable(f"{name}: {error}") from error


def write_apart(
    *,
    act: Act,
    name: str,
    outcome: Outcome = Outcome.DONE,
    subjects: Sequence[UUID] = (),
    versions: Sequence[int] = (),
    query: str | None = None,
    detail: Mapping[str, Any] | None = None,
    token: str | None = None,
) -> UUID:
    """Write a line that stands on its own (a look, a refusal, a failure), committed on return.

    It is written for whom `token` stands for, else for the request's own token, else for nobody.
    Returns the line's id. Raises LedgerUnavailable.
    """
    connection = connections[APART]
    if connection.in_atomic_block:
        raise RuntimeError("A line apart needs a connection without a transaction")
    values = [token or contexts.current().token]
    values += _values(
        act, name, outcome, subjects=subjects, versions=versions, query=query, detail=detail
    )
    try:
        try:
            return _call(connection, "audit.append_as", values)
        except (OperationalError, InterfaceError):
            # The server may have been restarted since: a fresh connection, once. At worst the
            # act has two lines.
            if connection.is_usable():
                raise
            connection.close()
            return _call(connection, "audit.append_as", values)
    except DatabaseError as error:
        raise LedgerUnavailable(f"{name}: {error}") from error


def canonical_json(value: Mapping[str, Any]) -> str:
    """JSON in the one form that is hashed: sorted keys, no spaces, plain letters."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _values(
    act: Act,
    name: str,
    outcome: Outcome,
    *,
    subjects: Sequence[UUID],
    versions: Sequence[int],
    query: str | None,
    detail: Mapping[str, Any] | None,
) -> list[Any]:
    """The arguments of audit.append, in its order."""
    now = contexts.current()
    purpose = now.purpose
    if now.api_token:
        detail = {"api_token": now.api_token, **(detail or {})}
    return [
        Act(act).value,
        name,
        Outcome(outcome).value,
        list(subjects),
        list(versions),
        now.request_id,
        _storable(now.source),
        purpose.kind or None,
        _storable(purpose.text or None),
        purpose.record,
        _storable(query),
        _clean(canonical_json(detail)) if detail is not None else None,
    ]


def _storable(text: str | None) -> str | None:
    """Typed text as the ledger keeps it: at most 20,000 characters."""
    return None if text is None else _clean(text[:_LONGEST_TEXT])


def _clean(text: str) -> str:
    """Text as PostgreSQL can hold it: what nobody can type (NUL, half a surrogate) is replaced."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


_TYPES = "%s, %s, %s, %s::uuid[], %s::integer[], %s, %s, %s, %s, %s, %s, %s"
_STATEMENTS = {
    "audit.append": f"select audit.append({_TYPES})".encode(),
    "audit.append_as": f"select audit.append_as(%s, {_TYPES})".encode(),
}


def _call(connection: BaseDatabaseWrapper, function: str, values: Sequence[Any]) -> UUID:
    """Run the statement as a prepared one: parsed each time it would cost half as much again."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        row = cursor.execute(_STATEMENTS[function], values, prepare=True).fetchone()
    if row is None:
        raise DatabaseError("The ledger gave no answer")
    made: UUID = row[0]
    return made
