"""The stream of an open page: `/live/?kind=…&record=…&after=…`, as server-sent events.

It stands before Django's handler: when a worker dies, all of its pages come back at once, and each
of them through a dozen middlewares and a thread of its own kept everybody waiting for seconds.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import psycopg
from django.conf import settings
from django.http import QueryDict
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from peel.kernel.base import cursor
from peel.machine.live.audience import Topics, Viewer
from peel.machine.live.hub import Stream, hub

MOST_OF_ONE_SESSION = 40
"""Streams that one session may hold open in one worker: more than anybody has windows."""
RETRY = b"retry: 1000\n\n"
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Refused(Exception):
    """The page is told no: a status and the words."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(words)


async def stream(scope: Message, receive: Receive, send: Send) -> None:
    """Tell a page what changes while it is open; ids, kinds, versions and counts only."""
    try:
        opened, after = await _opened(scope)
    except Refused as refusal:
        await _refuse(send, refusal)
        return
    await _start(send, 200, b"text/event-stream")
    # Whoever goes away lets his stream end; his browser's next call has a stream of its own.
    gone = asyncio.create_task(_gone(receive))
    gone.add_done_callback(lambda _: opened.end())
    try:
        await _body(send, RETRY)
        await hub.join(opened, after)
        async for chunk in opened.chunks():
            await _body(send, chunk)
        await _body(send, b"", more=False)
    except (TimeoutError, psycopg.Error):
        await _body(send, b"", more=False)  # the browser comes again by itself
    finally:
        hub.leave(opened)
        gone.cancel()


async def _opened(scope: Message) -> tuple[Stream, int | None]:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET":
        raise Refused(405, "A stream is read by GET.")
    if not validate_host(split_domain_port(headers.get(b"host", ""))[0], settings.ALLOWED_HOSTS):
        raise Refused(400, "This host is not served here.")
    viewer, token = await _viewer(headers)
    asked = QueryDict(scope["query_string"])
    word = headers.get(b"last-event-id") or asked.get("after", "")
    try:
        topics = Topics.read(asked.getlist("kind"), asked.getlist("record"))
        after = cursor.open_(word) if word else None
    except ValueError as problem:
        raise Refused(422, str(problem)) from None
    if sum(1 for other in hub.streams if other.token == token) >= MOST_OF_ONE_SESSION:
        raise Refused(429, "Too many pages are open. Close some.")
    return Stream(token, viewer, topics), after


async def _viewer(headers: dict[bytes, str]) -> tuple[Viewer, str]:
    token = parse_cookie(headers.get(b"cookie", "")).get(settings.PEEL_IDENTITY_COOKIE, "")
    try:
        viewer = await hub.viewer(token) if token else None
    except (TimeoutError, psycopg.Error, OSError):
        raise Refused(503, "Live pages cannot be kept live just now.") from None
    if viewer is None:
        raise Refused(401, "Sign in first.")
    return viewer, token


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, refusal: Refused) -> None:
    body = {"type": "about:blank", "status": refusal.status, "title": refusal.words}
    await _start(send, refusal.status, b"application/problem+json")
    await _body(send, json.dumps(body).encode(), more=False)


async def _start(send: Send, status: int, content_type: bytes) -> None:
    headers = [
        (b"content-type", content_type), (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"), (b"x-content-type-options", b"nosniff"),
        *([(b"retry-after", b"30")] if status in (429, 503) else []),
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _body(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})
