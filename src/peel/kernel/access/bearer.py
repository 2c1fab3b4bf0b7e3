"""A call of the API with a token: whom it stands for, or a plain refusal with a ledger line.

Tokens are heard for addresses under /api/ alone, and in the header Authorization alone: an
address is kept in logs and histories, so a token in one is refused as given away.
"""

from dataclasses import dataclass
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from peel.kernel.access import tokens
from peel.kernel.access.addresses import source_address
from peel.kernel.access.hooks import tell
from peel.kernel.access.identity import Identity, identify
from peel.kernel.access.pace import Pace, count_call
from peel.kernel.base.problems import problem

API = "/api/"
HOW = "Send a token in the header “Authorization: Bearer …”, or sign in."
# Refusals are lines of the ledger, so that nobody may make them faster than this by address.
REFUSALS = Pace("refusals", 60, 30)
ANOTHER = "Make another on your page of API tokens."
REASONS = {
    "unknown": "This is not a token of Peel. Check that it was copied whole.",
    "ended": f"This token has been ended. {ANOTHER}",
    "replaced": "This token was replaced by a newer one. Use that; if you did not replace it,"
    " tell your administrator: somebody else holds a copy.",
    "expired": f"This token has expired. {ANOTHER}",
    "appointment": "The appointment that this token was made for is over or not held now.",
    "scheme": HOW,
    "in address": "A token in an address is kept in logs: send it in the header Authorization."
    " End this one, for it may have been read, and make another.",
    "two callers": "The token and the session are of different appointments. Send one of them.",
}
_FORBIDDEN, _UNREADABLE = ("two callers",), ("in address",)


@dataclass(frozen=True)
class Answer:
    """What a refused call is answered with."""

    refusal: tokens.Refusal
    status: int


def is_offered(request: HttpRequest) -> bool:
    """Whether the call brings a token, in the right place or in a wrong one."""
    if not request.path.startswith(API):
        return False
    return "Authorization" in request.headers or _in_address(request)


def _in_address(request: HttpRequest) -> bool:
    return bool(tokens.FORM.search(unquote(request.META.get("QUERY_STRING", ""))))


def settle(request: HttpRequest) -> Identity | None:
    """Whom the call's token stands for; a refusal is kept on the request for `refuse`."""
    found = _find(request)
    if isinstance(found, Identity):
        return found
    status = 403 if found.reason in _FORBIDDEN else 400 if found.reason in _UNREADABLE else 401
    request.refused_token = Answer(found, status)  # type: ignore[attr-defined]
    return None


def _find(request: HttpRequest) -> Identity | tokens.Refusal:
    if _in_address(request):
        return tokens.Refusal("in address")
    scheme, _, token = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer":
        return tokens.Refusal("scheme")
    found = tokens.identify(token.strip(), source_address(request))
    session = identify(request.COOKIES.get(settings.PEEL_IDENTITY_COOKIE))
    if not isinstance(found, Identity) or session is None:
        return found
    if session.appointment_id == found.appointment_id:
        return found
    return tokens.Refusal("two callers", found.api_token, found.user_id, found.appointment_id)


def refuse(request: HttpRequest) -> HttpResponse | None:
    """The answer to a call whose token opens nothing, with its line written; None for any other.

    Called when the request has its number, so that the line and the answer both bear it.
    """
    answer: Answer | None = getattr(request, "refused_token", None)
    if answer is None:
        return None
    count = count_call(source_address(request) or "nowhere", REFUSALS)
    if not count.allowed:
        wait = max(1, round(count.wait))
        told = problem(request, 429, "Too many refused calls", f"Wait {wait} seconds.")
        told["Retry-After"] = str(wait)
        return told
    refusal = answer.refusal
    detail = {"reason": refusal.reason}
    if refusal.token_id:
        detail |= {"api_token": str(refusal.token_id), "appointment": str(refusal.appointment_id)}
    tell("access.token.use", "refused", request, user_id=refusal.user_id, detail=detail)
    return problem(request, answer.status, "This token is refused", REASONS[refusal.reason])
