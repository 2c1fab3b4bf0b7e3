"""Who speaks: the identity behind a token, and the transaction in which the database knows it."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connections, transaction
from psycopg.errors import InvalidAuthorizationSpecification

from peel.kernel.access import permissions as names
from peel.kernel.base.ids import uuid7

LIFETIME = timedelta(hours=12)
IDLE_LIMIT = timedelta(minutes=60)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_current: ContextVar["Identity | None"] = ContextVar("peel_identity", default=None)


class SignedOut(PermissionDenied):
    """The token is unknown, has expired or was ended, or its appointment is no longer held."""


@dataclass(frozen=True)
class Identity:
    """One person, signed in for one appointment. `token` is the secret that proves it.

    `caption` goes with the name: "PC 4711, Response officer, Response Team A".
    """

    token: str = field(repr=False)
    user_id: UUID
    appointment_id: UUID
    organisation_id: UUID
    unit_id: UUID | None
    role: str
    clearance: int
    permissions: frozenset[str]
    name: str
    caption: str
    organisations: tuple[UUID, ...] = ()
    collar_number: str = ""
    rank: str = ""
    unit_name: str = ""
    organisation_name: str = ""
    session_id: UUID | None = None
    expires: datetime | None = None
    # Of one that speaks through an API token: what bounds it, why it was made, which one it is.
    scopes: frozenset[str] | None = None
    purpose: str = ""
    api_token: UUID | None = None
    # When this session last showed a password, a code or a passkey (see step_up.py).
    proved_at: datetime | None = None
    # Whose post this is, where it was lent: "PS 4711 Amara Lindqvist".
    acting_for: str = ""

    def may(self, permission: str) -> bool:
        """Whether the role of this appointment (and the token's scopes) allow `permission`."""
        if self.scopes is not None and not names.allows(self.scopes, permission):
            return False
        return names.allows(self.permissions, permission)


def current_identity() -> Identity | None:
    """Who the running request is answered for; None outside a request or when nobody is."""
    return _current.get()


@contextmanager
def answering(identity: Identity | None) -> Iterator[None]:
    """Make `identity` the one that `current_identity` gives within the block."""
    mark = _current.set(identity)
    try:
        yield
    finally:
        _current.reset(mark)


@contextmanager
def speaking(identity: Identity, using: str = "default") -> Iterator[Identity]:
    """One transaction of its own in which the database knows that `identity` speaks.

    Raises SignedOut when the token no longer holds, RuntimeError within another transaction.
    """
    with transaction.atomic(using=using, durable=True):
        _call("access.speak_for", identity.token, using)
        yield identity


@contextmanager
def speaking_as_system(appointment_id: UUID, using: str) -> Iterator[None]:
    """One transaction in which a program speaks; for the aliases `worker` and `loader`.

    Raises SignedOut unless the appointment is held now and its role is a system role.
    """
    with transaction.atomic(using=using, durable=True):
        _call("access.speak_as_system", appointment_id, using)
        yield


def _call(function: str, argument: str | UUID, using: str) -> None:
    with connections[using].cursor() as cursor:
        try:
            cursor.execute(f"select {function}(%s)", [argument])
        except OperationalError as error:
            if isinstance(error.__cause__, InvalidAuthorizationSpecification):
                raise SignedOut("You have been signed out.") from error
            raise


def identify(token: str | None, using: str = "default") -> Identity | None:
    """Whom `token` stands for at this moment, by the database's clock; None for nobody."""
    if not token or not _TOKEN.fullmatch(token):
        return None
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select user_id, appointment_id, organisation_id, unit_id, role, clearance,"
            " permissions, name, organisations, collar_number, rank, unit_name,"
            " organisation_name, session_id, expires, proved_at,"
            " access.acting_for(appointment_id) from access.who(%s)",
            [token],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    *row, proved_at, acting_for = row
    return identity_of_row(token, row, proved_at=proved_at, acting_for=acting_for or "")


def identity_of_row(token: str, row: Sequence[Any], **bounds: Any) -> Identity:
    """The identity in a row of access.who; `bounds` are those of an API token."""
    user, appointment, organisation, unit, role, clearance, held, name, shown, *rest = row
    return Identity(
        token, user, appointment, organisation, unit, role, clearance, frozenset(held), name,
        _caption(role, *rest[:3]), tuple(shown), *rest, **bounds,
    )  # fmt: skip


def _caption(role: str, collar_number: str, rank: str, unit_name: str) -> str:
    number = f"{rank} {collar_number}".strip()
    return ", ".join(part for part in (number, role[:1].upper() + role[1:], unit_name) if part)


def mint(
    user_id: UUID,
    appointment_id: UUID,
    *,
    lifetime: timedelta | None = None,
    idle_limit: timedelta | None = None,
    proved_at: datetime | None = None,
    address: str | None = None,
    agent: str | None = None,
) -> str:
    """A new token, through the door: for 12 hours, or until it rests an hour, unless told.

    `proved_at` is when its holder showed who he is (now, by default); address and agent say
    where. Raises SignedOut when the user does not hold the appointment now.
    """
    token = secrets.token_urlsafe(32)
    idle = idle_limit or IDLE_LIMIT
    with connections["door"].cursor() as cursor:
        try:
            cursor.execute(
                "select access.mint(%s, %s, %s, %s, %s::interval, %s::interval,"
                " %s::timestamptz, %s, %s)",
                [uuid7(), user_id, appointment_id, hashlib.sha256(token.encode()).digest(),
                 _seconds(lifetime or LIFETIME), _seconds(idle),
                 proved_at or datetime.now(UTC), address, agent],
            )  # fmt: skip
        except OperationalError as error:
            if isinstance(error.__cause__, InvalidAuthorizationSpecification):
                raise SignedOut("You do not hold this appointment.") from error
            raise
    return token


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds()} seconds"


def end(token: str) -> bool:
    """End the session of `token`; False when it had ended before."""
    return bool(_TOKEN.fullmatch(token)) and bool(_at_door("access.end_session(%s)", token))


def prove(token: str) -> bool:
    """Note that the holder of `token` has just shown who he is; False when it holds no more."""
    return bool(_at_door("access.prove(%s)", token))


def end_all(user_id: UUID, but: str | None = None) -> int:
    """End every session of a user except that of the token `but`; gives how many."""
    return int(_at_door("access.end_sessions_of(%s, %s)", user_id, but))


def _at_door(call: str, *arguments: str | UUID | None) -> int:
    with connections["door"].cursor() as cursor:
        cursor.execute(f"select {call}", arguments)
        return int(cursor.fetchone()[0])
