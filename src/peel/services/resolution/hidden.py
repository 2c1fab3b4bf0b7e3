"""What may be on record and is hidden from the caller: by his force's policy, silence or "ask …".

Silence is the rule: such a record changes nothing in what is shown, asked or counted. Where the
force has named whom to ask, the caller is told to ask them, never who or what it is about, and the
owners of the hidden record are told that he was. The database looks, and says no more than that.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connections

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.audit.ledger import APART
from peel.kernel.base import events
from peel.kernel.base.ids import uuid7
from peel.services.resolution import matching
from peel.services.resolution.events import HiddenAsked
from peel.services.resolution.models import HiddenPolicy


def whom_to_ask(kind: str, typed: Mapping[str, Any], identity: Identity) -> str:
    """Whom the caller is to ask before he records this, or nothing. Within `speaking`."""
    policy = HiddenPolicy.objects.filter(organisation_id=identity.organisation_id, asks=True)
    if not policy.exists():
        return ""
    return str(_said("whom_to_ask", [kind, *matching.keys(kind, typed)], "default") or "")


def tell_owners(kind: str, typed: Mapping[str, Any], identity: Identity) -> None:
    """Tell the owners that the caller was told to ask: apart, for the command itself is refused."""
    with speaking(identity, using=APART):
        _note(kind, typed, None, APART)


def tell_of(made: UUID, kind: str, typed: Mapping[str, Any]) -> None:
    """Tell the owners that it was recorded after they were asked. Within `speaking`."""
    _note(kind, typed, made, "default")


def _note(kind: str, typed: Mapping[str, Any], made: UUID | None, using: str) -> None:
    act = uuid7()
    if _said("note_asking", [act, made, kind, *matching.keys(kind, typed)], using):
        events.publish(HiddenAsked(act), using=using)


def _said(function: str, values: list[Any], using: str) -> Any:
    types = {"whom_to_ask": "%s", "note_asking": "%s, %s, %s"}[function]
    asked = f"select resolution.{function}({types}, %s::bigint[], %s::text[], %s::text[])"
    with connections[using].cursor() as cursor:
        cursor.execute(asked, values)
        return cursor.fetchone()[0]
