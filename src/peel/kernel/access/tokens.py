"""API tokens: how they look, who makes and ends them, and whom one stands for."""

import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections

from peel.kernel.access.identity import Identity, identity_of_row
from peel.kernel.base.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "peel_"
LIFETIME, LONGEST = timedelta(days=90), timedelta(days=365)
HINT = len(PREFIX) + 4
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM, _CHECK = 36, 6
# What a scanner for secrets looks for. The last six letters are a checksum of those before.
FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")


@dataclass(frozen=True)
class Refusal:
    """Why a token opens nothing: unknown, ended, replaced, expired, or its appointment is over."""

    reason: str
    token_id: UUID | None = None
    user_id: UUID | None = None
    appointment_id: UUID | None = None


def draw() -> str:
    """A new token: some 214 random bits and a checksum, so that a slip is told from a stranger."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return PREFIX + body + _checksum(body)


def _checksum(body: str) -> str:
    number, word = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_LETTERS))
        word = _LETTERS[digit] + word
    return word


def well_formed(text: str) -> bool:
    """Whether a text is one that `draw` may have given."""
    body = text[len(PREFIX) : -_CHECK]
    return bool(FORM.fullmatch(text)) and text.endswith(_checksum(body))


def mint(
    appointment_id: UUID,
    *,
    name: str,
    scopes: "Sequence[str]",
    purpose: str,
    lifetime: timedelta = LIFETIME,
    follows: UUID | None = None,
    using: str = "door",
) -> tuple[UUID, str]:
    """A new token's id and the token itself, which is kept nowhere. Call within `speaking`."""
    made, token = uuid7(), draw()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select access.mint_api_token(%s, %s, %s, %s, %s, %s::text[], %s, %s::interval, %s)",
            [made, hashlib.sha256(token.encode()).digest(), token[:HINT], appointment_id, name,
             list(scopes), purpose, f"{lifetime.total_seconds()} seconds", follows],
        )  # fmt: skip
    return made, token


def end(token_id: UUID, using: str = "door") -> UUID:
    """End a token; gives whose it was. Call within `speaking`."""
    with connections[using].cursor() as cursor:
        cursor.execute("select access.end_api_token(%s)", [token_id])
        holder: UUID = cursor.fetchone()[0]
        return holder


def identify(token: str, address: str | None, using: str = "default") -> Identity | Refusal:
    """Whom a token stands for at this moment, or why for nobody."""
    if not well_formed(token):
        return Refusal("unknown")
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select user_id, appointment_id, organisation_id, unit_id, role, clearance,"
            " permissions, name, organisations, collar_number, rank, unit_name,"
            " organisation_name, session_id, expires, scopes, purpose"
            " from access.who_by_api(%s, %s::inet)",
            [token, address],
        )
        if row := cursor.fetchone():
            *row, scopes, purpose = row
            return identity_of_row(
                token, row, scopes=frozenset(scopes), purpose=purpose, api_token=row[13]
            )
        cursor.execute(
            "select reason, id, user_id, appointment_id from access.why_not_api(%s)", [token]
        )
        found = cursor.fetchone()
    return Refusal(*found) if found else Refusal("unknown")
