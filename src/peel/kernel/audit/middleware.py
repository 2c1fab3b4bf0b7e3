"""Every look is in the ledger before the first byte of its answer leaves.

One line an answer: done, refused (4xx) or failed (5xx); none when nothing was noted. When the
line cannot be written the answer is withheld: a 503 page goes out instead.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from peel.kernel.access.addresses import source_address
from peel.kernel.audit import context as contexts
from peel.kernel.audit.ledger import LedgerUnavailable, Outcome
from peel.kernel.audit.looks import Look, looking
from peel.kernel.base.ids import uuid7
from peel.kernel.base.problems import problem

logger = logging.getLogger(__name__)
WITHHELD = "Peel cannot record this look, so it cannot show the page. Try again in a minute."

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class LookMiddleware:
    """Gives each request its id and purpose, collects what it shows, and writes the line."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request, with its line written first."""
        if self.is_async:
            return self._answer_async(request)
        with _request(request) as (scope, look):
            try:
                response = cast(HttpResponseBase, self.get_response(request))
            except Exception:
                _settle(look, 500)
                raise
            return _release(request, response, look, scope)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        scope = await sync_to_async(_scope)(request)
        look = Look(_name(request))
        with contexts.working(scope), looking(look):
            try:
                response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
            except Exception:
                await sync_to_async(_settle)(look, 500)
                raise
            return await sync_to_async(_release)(request, response, look, scope)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Name the look after the page's route, unless the page has described it already."""
        from peel.kernel.audit import looks

        look = looks._current.get()
        if look and not look.described and request.resolver_match:
            look.name = request.resolver_match.view_name[:200] or look.name


@contextmanager
def _request(request: HttpRequest) -> Iterator[tuple[contexts.Context, Look]]:
    scope, look = _scope(request), Look(_name(request))
    with contexts.working(scope), looking(look):
        yield scope, look


def _name(request: HttpRequest) -> str:
    """What a look is called until its view is known."""
    return f"{request.method} page"


def _scope(request: HttpRequest) -> contexts.Context:
    """The context of this request; its id also stands on the request, for error pages."""
    identity = getattr(request, "identity", None)
    purpose = _purpose(request, identity) if identity is not None else contexts.Purpose()
    scope = contexts.Context(
        uuid7(), source_address(request), purpose, getattr(identity, "token", None),
        getattr(identity, "api_token", None),
    )  # fmt: skip
    request.request_id = scope.request_id  # type: ignore[attr-defined]
    return scope


def _purpose(request: HttpRequest, identity: Any) -> contexts.Purpose:
    """Why the call is made: what its header says, else what the token or the session was given."""
    said = request.headers.get("Peel-Purpose", "")
    # Headers arrive byte by byte: what was sent as UTF-8 is read as that.
    with suppress(UnicodeError):
        said = said.encode("latin-1").decode("utf-8")
    stated = said.strip() or getattr(identity, "purpose", "")
    if stated and request.path.startswith("/api/"):
        return contexts.Purpose(contexts.TYPED_REASON, stated[: contexts.LONGEST_REASON])
    session = getattr(request, "session", None)
    kept = session.get(contexts.SESSION_KEY) if session is not None else None
    return contexts.Purpose.from_session(kept)


def _outcome(status: int) -> Outcome:
    if status >= 500:
        return Outcome.FAILED
    return Outcome.REFUSED if status >= 400 else Outcome.DONE


def _settle(look: Look, status: int) -> bool:
    """Write the line that the look owes; False (and a log entry) when that cannot be done."""
    try:
        look.write(_outcome(status))
    except LedgerUnavailable:
        logger.exception("A look was stopped because its line could not be written")
        return False
    return True


def _release(
    request: HttpRequest, response: HttpResponseBase, look: Look, scope: contexts.Context
) -> HttpResponseBase:
    """The response, once its line is written; else a 503 page."""
    if not _settle(look, response.status_code):
        response.close()
        return unavailable(request)
    if response.streaming and not getattr(response, "shows_no_record", False):
        _watch(cast(StreamingHttpResponse, response), look, scope)
    return response


def _watch(response: StreamingHttpResponse, look: Look, scope: contexts.Context) -> None:
    """Write a further line before each chunk that shows records no line names yet."""
    content = response.streaming_content
    if response.is_async:
        response.streaming_content = _chunks_async(content, look, scope)  # type: ignore[arg-type]
    else:
        response.streaming_content = _chunks(cast(Iterable[bytes], content), look, scope)


def _watched(look: Look, scope: contexts.Context) -> ExitStack:
    """Both contexts around the making of one chunk, which happens after the middleware is left."""
    stack = ExitStack()
    stack.enter_context(contexts.working(scope))
    stack.enter_context(looking(look))
    return stack


def _chunks(content: Iterable[bytes], look: Look, scope: contexts.Context) -> Iterator[bytes]:
    parts = iter(content)
    while True:
        with _watched(look, scope):
            try:
                part = next(parts)
            except StopIteration:
                look.write(Outcome.DONE)
                return
            except Exception:
                _settle(look, 500)
                raise
            look.write(Outcome.DONE)
        yield part


async def _chunks_async(
    content: AsyncIterator[bytes], look: Look, scope: contexts.Context
) -> AsyncIterator[bytes]:
    parts = aiter(content)
    while True:
        with _watched(look, scope):
            try:
                part = await anext(parts)
            except StopAsyncIteration:
                await sync_to_async(look.write)(Outcome.DONE)
                return
            except Exception:
                await sync_to_async(_settle)(look, 500)
                raise
            await sync_to_async(look.write)(Outcome.DONE)
        yield part


def unavailable(request: HttpRequest | None = None) -> HttpResponse:
    """The page that says that the ledger cannot be reached, so nothing may be shown."""
    if request is not None and request.path.startswith("/api/"):
        return problem(request, 503, "Peel is not available at the moment", WITHHELD)
    try:
        body: str = render_to_string("errors/503.html")
    except TemplateDoesNotExist:
        body = WITHHELD
    response = HttpResponse(body, status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
