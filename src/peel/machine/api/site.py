"""The API with every sheet's operations, and its errors as problem details (RFC 9457)."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import APIKeyCookie

from peel.machine import registry
from peel.machine.api.operations import router_of
from peel.machine.commands.problems import Conflict, Invalid, Problem


class StrictJson(Parser):
    """JSON in UTF-8 with each key once: what may be read in two ways is not read at all."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises ValueError for what is not plain JSON."""
        return json.loads(
            request.body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number
        )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class SignedIn(APIKeyCookie):
    """The session of whoever is signed in; unsafe methods need the CSRF token as pages do."""

    def __init__(self, cookie: str) -> None:
        self.param_name = cookie
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The identity that the middleware found for the request's cookies."""
        return getattr(request, "identity", None)


def build(cookie: str) -> NinjaAPI:
    """The API of all sheets. `cookie` is the name of the identity cookie."""
    api = NinjaAPI(
        title="Peel",
        version="1",
        description="Every kind of record and every command, as the pages have them.",
        auth=SignedIn(cookie),
        urls_namespace="api",
        docs_url=None,
        parser=StrictJson(),
    )
    for sheet in registry.sheets():
        api.add_router(sheet.kind.replace(".", "/"), router_of(sheet))
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(ValidationError, _malformed)
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(HttpError, _unreadable)
    return api


def problem(status: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """An answer of the type application/problem+json."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail or title}
    return JsonResponse(body | more, status=status, content_type="application/problem+json")


def _problem(request: HttpRequest, exc: Any) -> HttpResponse:
    more: dict[str, Any] = {}
    if isinstance(exc, Invalid):
        more["errors"] = exc.errors
    if isinstance(exc, Conflict):
        more["current_version"] = exc.current.version
    return problem(exc.status, exc.title, exc.message, **more)


def _malformed(request: HttpRequest, exc: Any) -> HttpResponse:
    errors = {".".join(str(part) for part in e["loc"][1:]): [e["msg"]] for e in exc.errors}
    return problem(422, "Check what was sent", errors=errors)


def _unknown(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(401, "Sign in first")


def _missing(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(404, "There is nothing at this address")


def _unreadable(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(exc.status_code, "The request cannot be read: send JSON in UTF-8, each key once")
