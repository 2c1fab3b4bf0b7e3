"""Puts the identity on each request, and asks for sign-in wherever a view is not public."""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlencode

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from peel.kernel.access import bearer, step_up
from peel.kernel.access.identity import Identity, SignedOut, answering, end, identify
from peel.kernel.base.problems import problem

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
ENDED = "ended"
SIGNED_OUT = "You have been signed out. Sign in again to carry on."


class IdentityMiddleware:
    """Sets `request.identity`: an Identity, or None for nobody.

    A view that is not marked `login_not_required` is answered for somebody only: nobody is sent
    to sign in, and a call of the API gets 401.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request for whoever its cookie stands for."""
        if self.is_async:
            return self._answer_async(request)
        identity = _settle(request)
        with answering(identity):
            return _finish(request, cast(HttpResponseBase, self.get_response(request)))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        identity = await sync_to_async(_settle)(request)
        with answering(identity):
            response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        return _finish(request, response)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Ask for sign-in, unless somebody is signed in or the view is open to anybody."""
        if refused := bearer.refuse(request):
            return refused
        if request.identity is not None or not getattr(view, "login_required", True):  # type: ignore[attr-defined]
            return None
        return to_sign_in(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """A token that ended while the request ran leads to sign-in, like one that had ended.

        Where a fresh proof is asked for, the way leads there; a program is told 403.
        """
        if isinstance(problem, step_up.Unproved) and not request.path.startswith("/api/"):
            return step_up.to_confirm(request)
        if not isinstance(problem, SignedOut):
            return None
        request.identity_ended = True  # type: ignore[attr-defined]
        return to_sign_in(request)


def _settle(request: HttpRequest) -> Identity | None:
    """Find the identity. A cookie that no longer holds ends the sign-in that it came from."""
    if bearer.is_offered(request):
        request.identity = bearer.settle(request)  # type: ignore[attr-defined]
        return request.identity  # type: ignore[attr-defined]
    token = request.COOKIES.get(settings.PEEL_IDENTITY_COOKIE)
    identity = identify(token)
    session: Any = request.session
    if identity and session.get(auth.SESSION_KEY) != str(identity.user_id):
        # The session was closed elsewhere, or another person has signed in: the token goes too.
        end(identity.token)
        identity = None
    request.identity_ended = bool(token) and identity is None  # type: ignore[attr-defined]
    if token and identity is None and auth.SESSION_KEY in session:
        session.flush()
    request.identity = identity  # type: ignore[attr-defined]
    return identity


def _finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Take back a dead cookie; keep what was shown to somebody out of every cache."""
    name = settings.PEEL_IDENTITY_COOKIE
    if getattr(request, "identity_ended", False) and name not in response.cookies:
        response.delete_cookie(name, samesite="Lax")
    if request.identity is not None:  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to sign in: 401 for the API, a redirect for a page, both for an htmx part."""
    if request.path.startswith("/api/"):
        ended = getattr(request, "identity_ended", False)
        return problem(request, 401, "Sign in first", SIGNED_OUT if ended else bearer.HOW)
    asked: dict[str, str] = {}
    if request.method in ("GET", "HEAD") and request.path != "/":
        asked["next"] = request.get_full_path()
    if getattr(request, "identity_ended", False):
        asked[ENDED] = "1"
    where = f"{settings.LOGIN_URL}?{urlencode(asked)}" if asked else settings.LOGIN_URL
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    return HttpResponse(status=302, headers={"Location": where})


def set_identity_cookie(response: HttpResponseBase, token: str) -> None:
    """Hand the token to the browser, out of reach of scripts and of other sites' forms."""
    response.set_cookie(
        settings.PEEL_IDENTITY_COOKIE,
        token,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
