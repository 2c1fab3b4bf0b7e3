"""The stage of the benchmark of live pages: a durable database, Peel served from it, its peer."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

READERS = 100
PEERS = Path("var/peers").resolve()


@contextlib.contextmanager
def stage() -> Iterator[tuple[dict[str, str], list[str], list[str]]]:
    """An environment, the cookies of those who read and the tokens of those who write."""
    import django

    django.setup()
    from tests.machine.listening import cookies_of

    from peel.kernel.access.tests.factories import officer
    from peel.site.server import testing
    from peel.site.server.cluster import Cluster

    server = testing.Server()
    server.cluster = Cluster("bench", durable=True)
    server.enter()
    clone = testing.WorkerDatabase(server, "live")
    try:
        cookies = [cookies_of(officer()) for _ in range(READERS)]
        tokens = [officer("supervisor").token for _ in range(8)]
        yield (
            testing.child_environment(
                {**clone.environment, "PEEL_POOL": "1", "PEEL_STATIC_FROM_SOURCE": "1"}
            ),
            cookies,
            tokens,
        )
    finally:
        clone.drop()
        server.leave()


@contextlib.contextmanager
def peel_served(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Peel with two workers and a relay; its port and the process that holds the workers."""
    from benchmarks.live import process

    from peel.site.server import ports

    port = ports.any_free()
    web = (sys.executable, "-m", "peel", "web", "--port", str(port), "--workers", "2")
    with (
        process(*web, env=environment) as server,
        process(sys.executable, "-m", "peel", "relay", env=environment),
    ):
        answering(f"http://localhost:{port}/sign-in/")
        yield port, server.pid


@contextlib.contextmanager
def peer_served(environment: dict[str, str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Channels with two workers and a Redis; its port, Redis's port, the writers' environment."""
    from benchmarks.live import process

    from peel.site.server import ports

    if not (PEERS / "channels_redis").is_dir():
        raise SystemExit(
            "The peer is not here: .venv/bin/uv pip install --target var/peers channels"
            " channels-redis, and Debian's redis-server"
        )
    port, redis = ports.any_free(), ports.any_free()
    theirs = environment | {
        "PEEL_BENCH_REDIS": str(redis),
        "PYTHONPATH": os.pathsep.join([environment["PYTHONPATH"], str(PEERS), str(Path.cwd())]),
    }
    store = ("redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no")  # fmt: skip
    web = (sys.executable, "-m", "uvicorn", "benchmarks.peers.channels_site:application",
           "--port", str(port), "--workers", "2", "--log-level", "warning",
           "--ws-ping-interval", "600")  # fmt: skip
    # Its settings are its own: Peel's must not be named to it.
    plain = {k: v for k, v in theirs.items() if k != "DJANGO_SETTINGS_MODULE"}
    with (
        process(*store, env=theirs, stdout=subprocess.DEVNULL),
        process(*web, env=plain),
    ):
        listening(port)
        yield port, redis, theirs


def listening(port: int) -> None:
    """Wait until a port is listened to. Raises RuntimeError after a minute."""
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.2)
    raise RuntimeError(f"nobody listens on {port}")


def answering(url: str) -> None:
    """Wait until a page answers. Raises RuntimeError after a minute."""
    for _ in range(300):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"{url} does not answer")
