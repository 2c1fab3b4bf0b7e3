"""The door for requests: an upload is read as it arrives, and any other body has a limit.

Django's own ASGI handler writes every body into a temporary file before any view is asked: a film
of five gigabytes would stand in /tmp in plain before anyone could refuse it.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import TimeoutError as TookTooLong
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestAborted, RequestDataTooBig
from django.core.handlers.asgi import ASGIHandler
from django.http import UnreadablePostError

from peel.kernel.files.uploads import takes_files

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
# How long a caller may be silent in the middle of an upload.
PATIENCE = 60.0


class ArrivingBody:
    """The body of an upload as a file that a view's thread reads while it arrives.

    It also stands in for `receive`: called, it waits until the body is over and then tells
    whether the caller is still there.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._gone = False
        self._waiting = bytearray()
        # What is given up when nothing more will come.
        self.at_end: list[Callable[[], None]] = []

    async def __call__(self) -> Message:
        """Wait for the caller to go away."""
        await self._over.wait()
        return {"type": "http.disconnect"} if self._gone else await self._receive()

    async def _more(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._gone = True
            self._over.set()
            raise UnreadablePostError("The upload was cut off")
        if not message.get("more_body", False):
            self._over.set()
        return bytes(message.get("body", b""))

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`; none at the end. Raises UnreadablePostError."""
        while not self._waiting and not self._over.is_set():
            asked = asyncio.run_coroutine_threadsafe(self._more(), self._loop)
            try:
                self._waiting += asked.result(PATIENCE)
            except (TookTooLong, UnreadablePostError) as error:
                asked.cancel()
                self.close()
                raise UnreadablePostError("The upload was cut off") from error
        if self._gone:
            raise UnreadablePostError("The upload was cut off")
        size = len(self._waiting) if size is None or size < 0 else size
        given = bytes(self._waiting[:size])
        del self._waiting[:size]
        return given

    def readline(self, size: int = -1) -> bytes:
        """The next bytes: Django goes by lines only to pass over what is left."""
        return self.read(1 << 16)

    def close(self) -> None:
        """Give up what is half done."""
        for give_up in self.at_end:
            give_up()


class TooMuch:
    """Stands for a body that is larger than any view would read. Raises when it is read."""

    def read(self, size: int = -1) -> bytes:
        """Refuse. Raises RequestDataTooBig."""
        raise RequestDataTooBig("The request is larger than Peel reads.")

    def close(self) -> None:
        """Nothing was opened."""


class Handler(ASGIHandler):
    """Django's ASGI handler with bounded bodies."""

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["method"] == "POST" and takes_files(scope["path"]):
            await super().handle(_with_length(scope), ArrivingBody(receive), send)
        else:
            await super().handle(scope, receive, send)

    async def read_body(self, receive: Any) -> Any:
        """An upload's body as it arrives; any other's in memory, for it is small or refused."""
        if isinstance(receive, ArrivingBody):
            return receive
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = tempfile.SpooledTemporaryFile(max_size=most + 1, mode="w+b")  # noqa: SIM115
        read = 0
        while True:
            message = cast(Message, await receive())
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            content = message.get("body", b"")
            read += len(content)
            if read <= most:
                body.write(content)
            if not message.get("more_body", False):
                break
        if read > most:
            body.close()
            return TooMuch()
        body.seek(0)
        return body


def _with_length(scope: Any) -> Any:
    """A body sent in chunks tells no length, and Django reads no form without one."""
    if any(name == b"content-length" for name, _ in scope["headers"]):
        return scope
    return {**scope, "headers": [*scope["headers"], (b"content-length", b"1")]}
