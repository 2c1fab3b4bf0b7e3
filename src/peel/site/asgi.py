"""Peel as an ASGI application."""

import os
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from types import FrameType
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
django.setup(set_prefix=False)

from peel.kernel.files.receiving import Handler  # noqa: E402 - what it imports reads the settings
from peel.machine.live.hub import hub  # noqa: E402
from peel.machine.live.stream import stream  # noqa: E402

_pages = Handler()
Message = MutableMapping[str, Any]


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Streams of open pages by themselves, everything else by Django."""
    if scope["type"] == "http" and scope["path"] == "/live/":
        await stream(scope, receive, send)
    else:
        await _pages(scope, receive, send)  # type: ignore[arg-type]


def _end_streams_on(number: int) -> None:
    """Before the server waits for its open answers: end those that would never end by themselves.

    The server's own handler is in place when it loads this module, and is called as before.
    """
    before = signal.getsignal(number)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        return

    def stop(received: int, frame: FrameType | None) -> None:
        hub.close_soon()
        before(received, frame)

    signal.signal(number, stop)


for _number in (signal.SIGTERM, signal.SIGINT):
    _end_streams_on(_number)
