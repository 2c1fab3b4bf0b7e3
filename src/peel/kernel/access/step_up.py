"""Step-up: sensitive acts ask for a proof of who one is that is at most fifteen minutes old."""

import tomllib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from cryptography.fernet import InvalidToken
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from peel.kernel.access import permissions as names
from peel.kernel.access.identity import Identity
from peel.kernel.access.keeping import cipher

SOURCE = Path(__file__).with_name("sensitive.toml")
FRESH = timedelta(minutes=15)
STASH = "typed_before_proof"
LARGEST_STASH = 200_000
# Never kept, not even for minutes: these are typed again.
NOT_KEPT = ("csrfmiddlewaretoken", "password", "again", "code", "credential")


class Unproved(PermissionDenied):
    """A fresh proof is asked for. A page answers with the way to `/confirm/`."""


@lru_cache(maxsize=1)
def sensitive() -> dict[str, str]:
    """The patterns of permissions that ask for a proof, each with the reason why."""
    read = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return {name: entry["why"] for entry in read["sensitive"] for name in entry["permissions"]}


def needs_proof(permission: str) -> bool:
    """Whether what `permission` allows asks for a fresh proof."""
    return names.allows(frozenset(sensitive()), permission)


def fresh(identity: Identity) -> bool:
    """Whether the identity has proved itself in the last fifteen minutes."""
    return identity.proved_at is not None and identity.proved_at > datetime.now(UTC) - FRESH


def lacks_proof(identity: Identity, permission: str) -> bool:
    """Whether this identity has to prove itself before it does what `permission` allows.

    An API token never has to: nobody is there to ask. It was made after a proof, for its scopes.
    """
    return identity.api_token is None and needs_proof(permission) and not fresh(identity)


def require(identity: Identity, permission: str) -> None:
    """Go on only with a fresh proof where `permission` asks for one. Raises Unproved."""
    if lacks_proof(identity, permission):
        raise Unproved(permission)


def to_confirm(request: HttpRequest) -> HttpResponse:
    """The way to the page that asks for the proof; what was typed is kept and comes back."""
    where = request.get_full_path()
    request.session.pop(STASH, None)
    if request.method == "POST":
        typed = _typed(request)
        if len(typed) <= LARGEST_STASH:
            request.session[STASH] = {"path": where, "sealed": cipher().encrypt(typed).decode()}
    asked = f"{reverse('account_reauthenticate')}?{urlencode({'next': where})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": asked})
    return HttpResponse(status=302, headers={"Location": asked})


def _typed(request: HttpRequest) -> bytes:
    kept = request.POST.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    return kept.urlencode().encode()


def take_typed(request: HttpRequest, where: str) -> QueryDict | None:
    """What was typed at the address `where` before the proof was asked for; given once."""
    kept = request.session.get(STASH)
    if not kept or kept["path"] != where:
        return None
    del request.session[STASH]
    try:
        typed = cipher().decrypt(kept["sealed"].encode(), ttl=int(FRESH.total_seconds()))
    except InvalidToken:
        return None
    return QueryDict(typed)
