"""Listeners to live pages as browsers are: they keep their place and come back when cut off."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Arrival = Callable[["Listener", dict[str, Any], float], None]


@dataclass
class Listener:
    """One open page: the versions it knows, kept by the events it is sent."""

    port: int
    cookies: str
    about: str
    arrived: Arrival | None = None
    known: dict[str, int] = field(default_factory=dict)
    place: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    backward: int = 0
    opened: int = 0
    resets: int = 0
    ended: bool = False
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    _writer: asyncio.StreamWriter | None = None

    async def listen(self) -> None:
        """Stay connected until cancelled or signed out."""
        while not self.ended:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._once()
            self.connected.clear()
            if not self.ended:
                await asyncio.sleep(random.uniform(0.05, 0.3))

    def cut(self) -> None:
        """Drop the connection, as a lift or a tunnel does."""
        if self._writer:
            self._writer.transport.abort()

    async def _once(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            lines = [
                f"GET /live/?{self.about} HTTP/1.1", f"Host: localhost:{self.port}",
                f"Cookie: {self.cookies}", "Accept: text/event-stream",
                *([f"Last-Event-ID: {self.place}"] if self.place else []), "", "",
            ]  # fmt: skip
            self._writer.write("\r\n".join(lines).encode())
            head = await reader.readuntil(b"\r\n\r\n")
            status = head.split(b" ", 2)[1]
            if status == b"503":
                return  # not just now: a browser's page comes again too
            if status != b"200":
                raise ValueError(head.decode())
            self.opened += 1
            await self._events(reader)
        finally:
            self._writer.close()

    async def _events(self, reader: asyncio.StreamReader) -> None:
        pending = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            pending += await reader.readexactly(size)
            await reader.readexactly(2)
            now = time.time()
            *whole, pending = pending.split(b"\n\n")
            for part in whole:
                self._hear(part.decode(), now)

    def _hear(self, part: str, now: float) -> None:
        fields = dict(line.split(": ", 1) for line in part.split("\n") if ": " in line)
        self.place = fields.get("id", self.place)
        if "id" in fields and "event" not in fields:
            self.connected.set()
        name, body = fields.get("event", ""), json.loads(fields.get("data", "{}"))
        match name:
            case "changed":
                if body["version"] <= self.known.get(body["record"], 0):
                    self.backward += 1
                self.known[body["record"]] = body["version"]
            case "gone":
                self.known.pop(body["record"], None)
            case "count":
                self.counts[body["name"]] = body["count"]
            case "reset":
                self.resets += 1
            case "ended":
                self.ended = True
        if name and self.arrived:
            self.arrived(self, {"event": name, **body}, now)


def cookies_of(identity: Any) -> str:
    """What the identity's browser sends."""
    from peel.kernel.access.tests.factories import signed_in_client

    jar = signed_in_client(identity).cookies
    return "; ".join(f"{name}={one.value}" for name, one in jar.items())


async def all_connected(listeners: list[Listener], seconds: float = 20) -> None:
    """Wait until every listener is being told. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        for one in listeners:
            await one.connected.wait()


@contextlib.asynccontextmanager
async def listening(listeners: list[Listener]) -> Any:
    """All of them listen within the block."""
    tasks = [asyncio.create_task(one.listen()) for one in listeners]
    try:
        await all_connected(listeners)
        yield
    except TimeoutError:
        for task in tasks:
            if task.done():
                task.result()  # what it died of says more than that it was not there
        raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
