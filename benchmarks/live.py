"""1,000 open lists on two web workers: from a commit to its arrival, against Channels with Redis.

    .venv/bin/uv pip install --target var/peers channels channels-redis   # and a redis-server
    .venv/bin/python -m benchmarks.live [--clients N] [--seconds S]

Makes a durable database of its own, serves Peel from it as an installation does (two workers, a
relay), opens the lists as browsers do, signed in, and lets eight writers edit crimes by the real
command, each with its own ledger line. The time is from the moment at which the writer knows of
its commit to the arrival in the client's process. A second round kills a worker half-way. The
peer serves the same number of clients from two workers and is told by the same writers right after
the same commit; it asks nobody to sign in and looks up nothing.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
Arrivals = dict[tuple[str, int], list[float]]


@dataclass
class Round:
    """What one round gave."""

    name: str
    waits: list[float] = field(default_factory=list)
    commits: int = 0
    missed: int = 0
    backward: int = 0

    def row(self) -> str:
        """The round as a row of the table."""
        cuts = statistics.quantiles(self.waits, n=100)
        ms = [
            1000 * v for v in (statistics.median(self.waits), cuts[94], cuts[98], max(self.waits))
        ]
        shown = " | ".join(f"{value:,.0f}" for value in ms)
        return (f"| {self.name} | {self.commits:,} | {len(self.waits):,} | {shown}"
                f" | {self.missed:,} | {self.backward:,} |")  # fmt: skip


@contextlib.contextmanager
def process(*words: str, env: dict[str, str], **more: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of its own group, ended with the block."""
    made = subprocess.Popen(
        words, env=env, stdin=subprocess.DEVNULL, start_new_session=True, **more
    )
    try:
        yield made
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(made.pid, signal.SIGTERM)
        try:
            made.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(made.pid, signal.SIGKILL)


async def writers(environment: dict[str, str], tokens: list[str], *more: str) -> list[Any]:
    """Let the writers write; what they committed and when."""
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.live_writers", *more, *tokens,
        env=environment, stdout=subprocess.PIPE,
    )  # fmt: skip
    said, _ = await made.communicate()
    return list(json.loads(said))


def settle(name: str, told: list[Any], heard: Arrivals, clients: int, backward: int) -> Round:
    """Set what arrived against what was committed."""
    found = Round(name, commits=len(told), backward=backward)
    for one in told:
        arrived = heard.get((one["record"], one["version"]), [])
        found.missed += clients - len(arrived)
        found.waits += [at - one["at"] for at in arrived]
    return found


async def peel_round(
    name: str, port: int, web: int, cookies: list[str], options: Any,
    environment: dict[str, str], tokens: list[str], *, kill: bool,
) -> Round:  # fmt: skip
    """One round of Peel."""
    from tests.machine.listening import Listener, listening

    from peel.site.server import processes

    heard: Arrivals = {}

    def arrived(_: Listener, body: dict[str, Any], at: float) -> None:
        if body["event"] == "changed":
            heard.setdefault((body["record"], body["version"]), []).append(at)

    about = "kind=investigation.crime"
    listeners = [
        Listener(port, cookies[n % len(cookies)], about, arrived) for n in range(options.clients)
    ]
    async with listening(listeners):
        work = asyncio.create_task(writers(environment, tokens, "--seconds", str(options.seconds)))
        if kill:
            await asyncio.sleep(5 + options.seconds / 2)
            group = processes.group_members(web)
            workers = [pid for pid in group if "spawn_main" in processes.command_line(pid)]
            os.kill(workers[0], signal.SIGKILL)
        told = await work
        await asyncio.sleep(5)
    return settle(name, told, heard, options.clients, sum(one.backward for one in listeners))


async def page(port: int, heard: Arrivals, ready: asyncio.Event, backward: list[int]) -> None:
    """One open page of the peer: a WebSocket, its small frames read as they come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /live/ HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        .encode()
    )  # fmt: skip
    await reader.readuntil(b"\r\n\r\n")
    ready.set()
    known: dict[str, int] = {}
    try:
        while True:
            head = await reader.readexactly(2)
            size = head[1] & 127
            if size == 126:
                size = int.from_bytes(await reader.readexactly(2), "big")
            body = await reader.readexactly(size)
            if head[0] & 15 != 1:
                continue
            now, said = time.time(), json.loads(body)
            heard.setdefault((said["record"], said["version"]), []).append(now)
            if known.get(said["record"], 0) >= said["version"]:
                backward[0] += 1
            known[said["record"]] = said["version"]
    finally:
        writer.close()


async def peer_round(port: int, options: Any, environment: dict[str, str],
                     tokens: list[str], redis: int) -> Round:  # fmt: skip
    """One round of Channels."""
    heard: Arrivals = {}
    backward = [0]
    events = [asyncio.Event() for _ in range(options.clients)]
    tasks = [asyncio.create_task(page(port, heard, event, backward)) for event in events]
    async with asyncio.timeout(120):
        for event in events:
            await event.wait()
    told = await writers(
        environment, tokens, "--seconds", str(options.seconds), "--redis", str(redis)
    )
    await asyncio.sleep(5)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return settle("peer: Channels with Redis", told, heard, options.clients, backward[0])


def main() -> None:
    """Run the three rounds and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--out", default="benchmarks/results/live.md")
    options = parser.parse_args()
    from benchmarks.live_stage import peel_served, peer_served, stage

    with stage() as (environment, cookies, tokens):
        rounds = []
        with peel_served(environment) as (port, web):
            for name, kill in (("Peel", False), ("Peel, a worker killed half-way", True)):
                rounds.append(asyncio.run(peel_round(
                    name, port, web, cookies, options, environment, tokens, kill=kill
                )))  # fmt: skip
                print(rounds[-1].row(), flush=True)
        with peer_served(environment) as (port, redis, theirs):
            rounds.append(asyncio.run(peer_round(port, options, theirs, tokens, redis)))
            print(rounds[-1].row(), flush=True)
    report(rounds, options)


def report(rounds: list[Round], options: Any) -> None:
    """Write the results down, with the machine that gave them."""
    import platform

    lines = [
        "# Live pages", "",
        f"{os.cpu_count()} cores ({platform.machine()}), Linux, Python {platform.python_version()},"
        f" PostgreSQL 18 with fsync on; load average {os.getloadavg()[0]:.1f} at the end."
        f" {options.clients:,} open lists on 2 web workers, 8 writers with a commit a second each,"
        " all on the same machine with the clients. `benchmarks/live.py`.", "",
        "| | commits | arrivals | p50 ms | p95 ms | p99 ms | longest ms | missed | out of order |",
        "|---|---|---|---|---|---|---|---|---|",
        *(one.row() for one in rounds), "",
        "Missed: not there five seconds after the last commit. The peer does not keep up with this"
        " pace on two cores, so what it owes grows; with 100 lists it missed none.", "",
    ]  # fmt: skip
    Path(options.out).write_text("\n".join(lines))


if __name__ == "__main__":
    main()
