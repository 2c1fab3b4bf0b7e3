"""A long answer made piece by piece, off the event loop, and ended when nobody listens any more."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


async def streamed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, each made in a thread of their own when the one before it has left.

    The request's own thread is gone when a connection is dropped, and the iterator, which is then
    closed, may have to say so in the ledger.
    """
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    thread = ThreadPoolExecutor(1, "stream")
    task = asyncio.current_task()
    try:
        # A cancellation may be lost on the way: what the middleware awaits swallows it.
        while not (task and task.cancelling()):
            piece = await loop.run_in_executor(thread, context.run, _next, pieces)
            if piece is None:
                return
            yield piece
    finally:
        thread.submit(context.run, _finish, pieces)
        thread.shutdown(wait=False)


def _next(pieces: Iterator[bytes]) -> bytes | None:
    """The next piece. A slow reader holds no connection while he reads."""
    try:
        return next(pieces, None)
    finally:
        connections.close_all()


def _finish(pieces: Any) -> None:
    try:
        pieces.close()
    finally:
        connections.close_all()
