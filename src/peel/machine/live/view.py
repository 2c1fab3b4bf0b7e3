"""The stream of an open page: `/live/?kind=…&record=…&after=…`, as server-sent events."""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from peel.kernel.base import cursor
from peel.machine.live.audience import Topics, Viewer
from peel.machine.live.hub import Stream, hub

MOST_OF_ONE_SESSION = 40
"""Streams that one session may hold open in one worker: more than anybody has windows."""
RETRY = b"retry: 1000\n\n"


@require_safe
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Tell the page what changes while it is open; ids, kinds, versions and counts only."""
    identity = request.identity  # type: ignore[attr-defined]  # the middleware asked for sign-in
    word = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    try:
        topics = Topics.read(request.GET.getlist("kind"), request.GET.getlist("record"))
        after = cursor.open_(word) if word else None
    except ValueError as problem:
        return HttpResponse(str(problem), status=422, content_type="text/plain; charset=utf-8")
    if sum(1 for other in hub.streams if other.token == identity.token) >= MOST_OF_ONE_SESSION:
        return HttpResponse("Too many pages are open.", status=429, headers={"Retry-After": "30"})
    viewer = Viewer(
        str(identity.user_id), identity.clearance, frozenset(identity.organisations),
        frozenset(identity.permissions),
    )  # fmt: skip
    response = StreamingHttpResponse(
        _told(Stream(identity.token, viewer, topics), after), content_type="text/event-stream"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.shows_no_record = True  # type: ignore[attr-defined]  # so no line is owed for it
    return response


async def _told(opened: Stream, after: int | None) -> AsyncIterator[bytes]:
    # A stream may stay open for hours: it must not keep the connections of its first moment.
    await sync_to_async(connections.close_all)()
    yield RETRY
    try:
        await hub.join(opened, after)
        async for chunk in opened.chunks():
            yield chunk
    except TimeoutError:
        return  # the browser comes again by itself
    finally:
        hub.leave(opened)
