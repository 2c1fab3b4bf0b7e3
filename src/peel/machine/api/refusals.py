"""What only a program is told: Problems of the call itself, not of what it asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from peel.kernel.base.problems import problem
from peel.machine.commands.problems import Conflict, Invalid, Problem


class Unreadable(Problem):
    """The call is not what HTTP or JSON allow."""

    status = 400
    title = "The call cannot be read"


class NotAcceptable(Problem):
    """The caller takes no JSON."""

    status = 406
    title = "Peel answers in JSON only"


class MediaType(Problem):
    """What was sent is not JSON."""

    status = 415
    title = "Send JSON, as application/json in UTF-8"


class TooMany(Problem):
    """The caller is too fast; `wait` is in seconds."""

    status = 429
    title = "Too many calls"

    def __init__(self, wait: float) -> None:
        self.wait = max(1, round(wait + 0.5))
        super().__init__(f"Wait {self.wait} seconds, then go on more slowly.")


def told(request: HttpRequest, refused: Any) -> HttpResponse:
    """A Problem as its document. A version given by If-Match that is not current is 412."""
    more, status = dict(refused.more), refused.status
    if isinstance(refused, Conflict):
        more["current_version"] = refused.current.version
        status = 412 if "If-Match" in request.headers else status
    detail = refused.title if isinstance(refused, Invalid) else refused.message
    response = problem(request, status, refused.title, detail, **more)
    if isinstance(refused, TooMany):
        response["Retry-After"] = str(refused.wait)
    return response
