"""What a person or a program is told when something cannot be done, in plain words by status.

Pages for people; `application/problem+json` (RFC 9457) for addresses under /api/. A refusal never
says whether a hidden record exists: "not there" and "not for you" are the same answer.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from peel.kernel.base.problems import problem
from peel.kernel.files.uploads import FileTooLarge

API = "/api/"


@dataclass(frozen=True)
class Words:
    """A status in words: what happened, and what the person may do about it."""

    title: str
    message: str


WORDS = {
    400: Words(
        "Peel could not read that request",
        "Go back, check what you entered and try again.",
    ),
    403: Words(
        "You may not do this",
        "Your role does not allow it. If your work needs it, ask your supervisor. "
        "This refusal has been noted.",
    ),
    404: Words(
        "There is no page or record here that you can see",
        "Check the address or the reference. A reference ends with a check letter, so a slip "
        "in typing it is usually found when you search for it.",
    ),
    409: Words(
        "Someone else changed this record first",
        "Open the record again to see what they changed, then make your change.",
    ),
    422: Words(
        "Check what was entered",
        "Nothing has been saved.",
    ),
    429: Words(
        "Too many attempts",
        "Wait a few minutes, then try again.",
    ),
    500: Words(
        "Something went wrong in Peel",
        "Nothing was half-saved: what you sent was either kept whole or not at all. Open the "
        "record to see which, and try again if it is not there.",
    ),
    503: Words(
        "Peel is not available at the moment",
        "It cannot reach its database, or cannot account for the look. Nothing that was "
        "acknowledged is lost. Try again in a minute.",
    ),
}
CSRF = Words(
    "This page had been open for too long",
    "Nothing was saved. Go back, reload the page and send it again.",
)
TOO_LARGE = Words(
    "That is more than Peel takes in one go",
    "Nothing was saved. Send fewer or smaller things at once.",
)


def answer(
    request: HttpRequest,
    status: int,
    message: str = "",
    *,
    title: str = "",
    fields: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    """The page or problem document for a status; `fields` names what is wrong with each field.

    An unknown status is told in the words of 400 or 500.
    """
    words = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    return _told(request, status, Words(title or words.title, message or words.message), fields)


def _told(
    request: HttpRequest,
    status: int,
    words: Words,
    fields: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    number = str(getattr(request, "request_id", "") or "")
    if request.path.startswith(API):
        errors = {name: list(messages) for name, messages in (fields or {}).items()}
        return problem(request, status, words.title, words.message, errors=errors or None)
    template = f"errors/{status}.html" if status in WORDS else "errors/error.html"
    context: dict[str, Any] = {"words": words, "fields": dict(fields or {}), "number": number}
    # A page about a failure must not depend on what may have failed: session, user, database.
    html = render_to_string(template, context, request if status < 500 else None)
    response = HttpResponse(html, status=status)
    if status == 503:
        response["Retry-After"] = "30"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400: also for what is too large (413)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        if isinstance(exception, FileTooLarge):
            response = _told(request, 413, Words(TOO_LARGE.title, str(exception)))
            # What still comes is not read: a body without a length would never end.
            response["Connection"] = "close" if exception.sent is None else "keep-alive"
            return response
        return _told(request, 413, TOO_LARGE)
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404. What the exception says is never shown: it could tell too much."""
    return answer(request, 404)


def conflict(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A stale save that could not be shown side by side."""
    return answer(request, 409)


def unprocessable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Input that is wrong and belongs to no form on the page."""
    return answer(request, 422)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A rate limit; sign-in asks for it by the name handler429."""
    return answer(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; a database that cannot be reached is said to be just that."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return answer(request, 500)


def unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The database or the ledger cannot be reached."""
    return answer(request, 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not prove that it came from Peel; usually a page left open overnight."""
    return _told(request, 403, CSRF)
