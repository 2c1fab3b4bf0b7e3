"""The hub of one web worker: hears what was published and hands it to the streams that are open."""

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

import psycopg

from peel.kernel.base import cursor
from peel.machine.live import reading
from peel.machine.live.asking import Asking
from peel.machine.live.audience import Told, Topics, Viewer

logger = logging.getLogger(__name__)

KEPT = 5_000
"""Events that a worker keeps, for streams that come back; older ones are read again."""
AT_ONCE = 1_000
TOO_FAR = 2_000
"""A page that is this many events behind reads itself again instead of hearing of each."""
BEAT = 15.0
"""Seconds between signs of life, which also move the place where a stream would be taken up."""
ASK_AGAIN = 5.0
"""Seconds in which an ended session is noticed, and a lost notification made good."""
LONGEST_WAIT = 5.0


@dataclass(eq=False)
class Stream:
    """One open page: what waits to be sent to it, and the place up to which it was told."""

    token: str
    viewer: Viewer
    topics: Topics
    place: int = -1
    waiting: list[bytes] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def tell(self, news: Iterable[Told]) -> None:
        """Tell what is new to the page and for its reader."""
        fresh = [each for each in news if each.published > self.place]
        if not fresh:
            return
        self.place = fresh[-1].published
        if found := b"".join(each.message(self.viewer, self.topics) for each in fresh):
            self.send(found)

    def send(self, message: bytes) -> None:
        """Put a message behind those that wait."""
        self.waiting.append(message)
        self.ready.set()

    def end(self) -> None:
        """Let the stream finish with what it has."""
        self.ended = True
        self.ready.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """What is sent: all that waits, joined, whenever something does."""
        while True:
            await self.ready.wait()
            self.ready.clear()
            parts, self.waiting = self.waiting, []
            if parts:
                yield b"".join(parts)
            if self.ended and not self.waiting:
                return


class Hub:
    """Hears and hands out. All of it runs in the event loop of the worker."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.last = -1
        self._kept: deque[Told] = deque()
        # All that was published past this place is among those kept.
        self._floor = -1
        self._task: asyncio.Task[None] | None = None
        self._known = asyncio.Event()
        self._asking = Asking()

    async def viewer(self, token: str) -> Viewer | None:
        """What a token stands for; a stream of the same session that is open knows it already."""
        known = next((one.viewer for one in self.streams if one.token == token), None)
        return known or await self._asking.viewer(token)

    async def join(self, stream: Stream, after: int | None) -> None:
        """Let a stream hear what was published past `after` (None: from now on).

        Raises TimeoutError when what was published cannot be read.
        """
        self._start()
        async with asyncio.timeout(LONGEST_WAIT):
            await self._known.wait()
        stream.place = self.last if after is None else after
        async with contextlib.AsyncExitStack() as opened:
            connection = None
            while self._floor > stream.place >= self.last - TOO_FAR:
                connection = connection or await self._connection(opened)
                missed = await reading.published(connection, stream.place, AT_ONCE)
                stream.tell(missed)
                if not missed:
                    stream.place = self._floor
        # From here to the end nothing waits, so nothing is heard in between.
        if stream.place < self._floor:
            stream.place = self.last
            stream.send(reading.event("reset", {}, self.last))
        stream.tell(self._kept)
        stream.send(f"id: {cursor.seal(max(stream.place, self.last))}\n\n".encode())
        self.streams.add(stream)

    @staticmethod
    async def _connection(opened: contextlib.AsyncExitStack) -> reading.Connection:
        return await opened.enter_async_context(await reading.connect())

    def leave(self, stream: Stream) -> None:
        """Forget a stream; the last to leave stops the listener."""
        self.streams.discard(stream)

    def close_soon(self) -> None:
        """End every stream and the listener, from any thread: the worker is about to stop."""
        if self._task:
            self._task.get_loop().call_soon_threadsafe(self._close)

    def _close(self) -> None:
        for stream in self.streams:
            stream.end()
        if self._task:
            self._task.cancel()
            self._task = None

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._known.clear()
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        """Listen for as long as the worker lives, through lost connections and restarts."""
        wait = 0.1
        while True:
            try:
                async with await reading.connect() as connection:
                    wait = 0.1
                    await self._listen(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                logger.warning("Live pages cannot hear the database, try again: %s", error)
                await asyncio.sleep(wait * random.uniform(0.75, 1.25))  # noqa: S311
                wait = min(LONGEST_WAIT, wait * 2)

    async def _listen(self, connection: reading.Connection) -> None:
        loop = asyncio.get_running_loop()
        await self._settle(connection)
        self._known.set()
        asked = beaten = loop.time()
        while True:
            # Read first: what was published while nobody listened is not notified again.
            while await self._catch_up(connection):
                await asyncio.sleep(0)
            if loop.time() - asked >= ASK_AGAIN:
                asked = loop.time()
                await self._settle(connection)
                await self._ask_who(connection)
            if loop.time() - beaten >= BEAT:
                beaten = loop.time()
                self._beat()
            async for _ in connection.notifies(timeout=1.0, stop_after=1):
                pass

    async def _settle(self, connection: reading.Connection) -> None:
        """Begin where publication stands; again so, when a restored database has set it back."""
        now = await reading.position(connection)
        if 0 <= self.last <= now:
            return
        self.last = self._floor = now
        self._kept.clear()
        for stream in self.streams:
            stream.place = now
            stream.send(reading.event("reset", {}, now))

    async def _catch_up(self, connection: reading.Connection) -> bool:
        """Hand out what was published since; whether there may be more."""
        news = await reading.published(connection, self.last, AT_ONCE)
        if not news:
            return False
        self._kept.extend(news)
        while len(self._kept) > KEPT:
            self._floor = self._kept.popleft().published
        self.last = news[-1].published
        for stream in tuple(self.streams):
            stream.tell(news)
        return len(news) == AT_ONCE

    async def _ask_who(self, connection: reading.Connection) -> None:
        """End the streams of whoever has signed out, and renew what the others may see."""
        tokens = {stream.token for stream in self.streams}
        found = await reading.viewers(connection, tokens) if tokens else {}
        for stream in tuple(self.streams):
            if stream.token not in tokens:
                continue  # came while we asked
            if viewer := found.get(stream.token):
                stream.viewer = viewer
            else:
                stream.send(b"event: ended\ndata: {}\n\n")
                stream.end()

    def _beat(self) -> None:
        place = f"id: {cursor.seal(self.last)}\n\n".encode()
        for stream in self.streams:
            stream.send(place)


hub = Hub()
