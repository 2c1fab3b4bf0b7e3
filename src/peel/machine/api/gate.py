"""What stands before and behind every operation: pace, media types, purpose, and plain refusals."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from peel.kernel.access.pace import Count, Pace, count_call
from peel.kernel.audit.context import LONGEST_REASON
from peel.kernel.base.problems import problem
from peel.kernel.files.uploads import takes_files
from peel.machine.api.refusals import MediaType, NotAcceptable, TooMany, Unreadable, told
from peel.machine.commands.problems import Problem

View = Callable[..., HttpResponse]
_ANSWERS = ("json", "problem+json", "octet-stream")
_READ_METHODS = ("GET", "HEAD", "OPTIONS")


def guarded(view: View) -> View:
    """The view behind the gate."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count = None
        try:
            count = _counted(request)
            if not count.allowed:
                raise TooMany(count.wait)
            _check(request)
            response = view(request, *args, **kwargs)
        except Problem as refused:
            response = told(request, refused)
        if response.status_code == 405:
            response = _not_allowed(request, response)
        return _with_pace(response, count)

    return inner


def missing(request: HttpRequest, rest: Any = "") -> HttpResponse:
    """No operation has this address."""
    return problem(request, 404, "There is nothing at this address", "See /help/api/.")


def _counted(request: HttpRequest) -> Count:
    """One call counted against the pace of its token, or of the appointment signed in."""
    reads = request.method in _READ_METHODS
    a_minute = settings.PEEL_API_READS if reads else settings.PEEL_API_WRITES
    pace = Pace("read" if reads else "write", a_minute, max(1, a_minute // 4))
    identity: Any = request.identity  # type: ignore[attr-defined]
    return count_call(str(identity.api_token or identity.appointment_id), pace)


def _check(request: HttpRequest) -> None:
    if len(request.headers.get("Peel-Purpose", "")) > LONGEST_REASON:
        raise Unreadable(f"A purpose has at most {LONGEST_REASON:,} characters.")
    if not any(request.accepts(f"application/{kind}") for kind in _ANSWERS):
        raise NotAcceptable
    taken = "multipart/form-data" if takes_files(request.path) else "application/json"
    if request.method == "POST" and (request.content_type or taken) != taken:
        raise MediaType


def _not_allowed(request: HttpRequest, empty: HttpResponse) -> HttpResponse:
    """Which methods the address takes, in words and in the header Allow."""
    allowed = empty.headers.get("Allow", "")
    detail = f"This address takes {allowed}." if allowed else ""
    response = problem(request, 405, "This address does not take that method", detail)
    response["Allow"] = allowed
    return response


def _with_pace(response: HttpResponse, count: Count | None) -> HttpResponse:
    """The quota and what is left of it (draft-ietf-httpapi-ratelimit-headers)."""
    if count is not None:
        pace = count.pace
        response["RateLimit-Policy"] = f'"{pace.name}";q={pace.burst};w=15'
        response["RateLimit"] = f'"{pace.name}";r={count.remaining};t={max(0, round(count.wait))}'
    return response
