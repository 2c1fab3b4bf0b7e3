"""Pages for the tests of the middleware: each shows records in a way of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from peel.kernel.audit import looks
from peel.kernel.audit.context import set_purpose

SHOWN: list[UUID] = []
SEEN_WHILE_STREAMING: list[int] = []


def shows(request: HttpRequest) -> HttpResponse:
    looks.note(SHOWN)
    looks.note(SHOWN[:1])
    return HttpResponse("shown")


def searches(request: HttpRequest) -> HttpResponse:
    looks.describe(name="test.search", query=request.GET["q"])
    return HttpResponse("nothing found")


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("no records here")


def raises(request: HttpRequest) -> HttpResponse:
    looks.note(SHOWN)
    raise ZeroDivisionError


def refuses(request: HttpRequest) -> HttpResponse:
    looks.note(SHOWN)
    kind = request.GET["kind"]
    if kind == "404":
        raise Http404
    if kind == "403":
        raise PermissionDenied
    return HttpResponse("no", status=int(kind))


def streams(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield "begin"
        for record in SHOWN:
            looks.note([record])
            yield str(record)

    return StreamingHttpResponse(parts())


async def shows_async(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    await sync_to_async(looks.note)(SHOWN)
    return HttpResponse("shown")


async def streams_async(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        for record in SHOWN:
            await asyncio.sleep(0)
            looks.note([record])
            yield str(record)

    return StreamingHttpResponse(parts())


def purpose(request: HttpRequest) -> HttpResponse:
    set_purpose(request, "typed reason", "Missing person enquiry")
    return HttpResponse("set")


def _open(view: Any) -> Any:
    return login_not_required(view)


urlpatterns = [
    path("shows/", shows, name="test.shows"),
    path("open/", _open(shows), name="test.open"),
    path("searches/", searches, name="test.searches"),
    path("plain/", plain),
    path("raises/", raises, name="test.raises"),
    path("refuses/", refuses, name="test.refuses"),
    path("streams/", streams, name="test.streams"),
    path("shows-async/", shows_async, name="test.shows_async"),
    path("streams-async/", streams_async, name="test.streams_async"),
    path("purpose/", purpose, name="test.purpose"),
]
