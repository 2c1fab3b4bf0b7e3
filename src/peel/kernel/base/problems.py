"""One builder for everything that a program is told when something cannot be done (RFC 9457)."""

from typing import Any

from django.http import HttpRequest, JsonResponse

MEDIA_TYPE = "application/problem+json"
# The page that explains each kind of problem, by the word at the end of its type.
EXPLAINED = "/help/api/"
NAMES = {
    400: "unreadable",
    401: "sign-in",
    403: "not-permitted",
    404: "not-there",
    405: "method",
    406: "not-acceptable",
    409: "conflict",
    412: "precondition",
    413: "too-large",
    415: "media-type",
    422: "invalid",
    429: "too-many",
    500: "failure",
    503: "unavailable",
}
# Seconds after which it is worth trying again.
RETRY_AFTER = 30


def problem(
    request: HttpRequest | None, status: int, title: str, detail: str = "", **more: Any
) -> JsonResponse:
    """A problem document. `instance` names the request, so that a line and a log can be found."""
    body: dict[str, Any] = {
        "type": f"{EXPLAINED}#{NAMES[status]}" if status in NAMES else "about:blank",
        "title": title,
        "status": status,
        "detail": detail or title,
    }
    if number := getattr(request, "request_id", None):
        body["instance"] = f"urn:uuid:{number}"
    body |= {name: value for name, value in more.items() if value is not None}
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE)
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="peel"'
    return response
