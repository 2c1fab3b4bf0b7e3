"""What changed, in the order in which it was published: ids and versions, and no content."""

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from peel.kernel.access.identity import speaking
from peel.kernel.audit import looks
from peel.kernel.base import openapi as describing
from peel.kernel.base.openapi import MOMENT, TEXT, whole
from peel.kernel.records import feed
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.api.operations import limit_of, linked, speaker
from peel.machine.commands.problems import Invalid, NotPermitted

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

USUAL, NAME = 50, "programs.changes"
# A page looks at so many events at most, however few of them the caller may see.
LOOKS, AT_ONCE = 20, 500
CHANGE = whole({
    "kind": TEXT,
    "id": {"type": "string", "format": "uuid"},
    "reference": TEXT,
    "version": {"type": "integer"},
    "operation": {**TEXT, "description": "The command"},
    "made": {"type": "boolean", "description": "Whether it was made by it"},
    "at": MOMENT,
})  # fmt: skip
EXTRA = {
    "description": "Begin with the empty cursor, or with `after=now`; go on with `next` of each"
    " answer, also of an empty one. Each change that the caller may see is told once, in the order"
    " in which it was published; then read the record itself.",
    "parameters": [
        describing.parameter("after", "query", "`next` of the last page, or `now`"),
        describing.LIMIT,
        describing.PURPOSE,
    ],
    "responses": describing.responses({200: describing.ok(
        "A page of changes", whole({"items": {"type": "array", "items": CHANGE}, "next": TEXT}),
        Link="The next page (RFC 8288)",
    )}, 422),
}  # fmt: skip


def router() -> Router:
    """The one operation of the feed."""
    made = Router(tags=["Changes"])
    made.add_api_operation(
        "", ["GET"], changes, operation_id="changes", summary="What changed", openapi_extra=EXTRA
    )
    return made


def changes(request: HttpRequest) -> HttpResponse:
    """The changes after a cursor."""
    identity = speaker(request)
    looks.describe(name=NAME)
    kinds = {s.kind for s in registry.sheets() if identity.may(s.may.view)}
    if not kinds:
        raise NotPermitted
    limit = limit_of(request, USUAL)
    with speaking(identity):
        after = _place(request.GET.get("after", ""))
        found, place = _page(after, limit, kinds)
        items = _items(identity, found)
    word = _cipher(settings.SECRET_KEY).encrypt(str(place).encode()).decode()
    return linked(request, JsonResponse({"items": items, "next": word}), "after", next=word)


def _place(word: str) -> int:
    if word == "now":
        return feed.position()
    try:
        return (
            int(_cipher(settings.SECRET_KEY).decrypt(word.encode("utf-8", "replace")))
            if word
            else 0
        )
    except InvalidToken:
        raise Invalid({"after": ["This cursor is not one of ours. Begin without one."]}) from None


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    """What seals cursors: each time another word, so that none tells whether anything happened."""
    key = hashlib.sha256(b"peel cursor of the change feed" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _page(after: int, limit: int, kinds: set[str]) -> tuple[list[feed.Change], int]:
    """A full page, or all that there is: a short one must not tell of what is hidden between."""
    found: list[feed.Change] = []
    for _ in range(LOOKS):
        told, place = feed.changes(after, AT_ONCE)
        found += [change for change in told if change.kind in kinds]
        if len(found) > limit:
            return found[:limit], found[limit - 1].published
        if place == after:
            break
        after = place
    return found, after


def _items(identity: "Identity", found: list[feed.Change]) -> list[dict[str, Any]]:
    ids = {change.record_id for change in found}
    # Only keys are told, and each is accounted for as seen.
    looks.note(ids)
    named = dict(
        Record.objects.visible_to(identity).filter(pk__in=ids).values_list("pk", "reference")
    )
    return [
        {
            "kind": change.kind,
            "id": str(change.record_id),
            "reference": named[change.record_id],
            "version": change.version,
            "operation": change.through,
            "made": change.made,
            "at": change.at.isoformat().replace("+00:00", "Z"),
        }
        for change in found
        if change.record_id in named
    ]
