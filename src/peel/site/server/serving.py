"""Serving Peel: a port of our own, the processes, the first page, and a clean end."""

import contextlib
import fcntl
import json
import os
import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from .. import runtime
from . import keeping, ports, running
from .supervisor import Service, Supervisor
from .testing import child_environment
from .trouble import Trouble

FIRST_PORT = 8000
WORKERS = 2
Claim = tuple[int, list[socket.socket]]


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the checkout for one supervisor. Raises Trouble that names the other's address."""
    running.LOCK.parent.mkdir(parents=True, exist_ok=True)
    handle: IO[str] = running.LOCK.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        url = running.state().get("url")
        handle.close()
        raise Trouble(
            f"Peel is running from this folder already{f': {url}' if url else ''}.",
            "Stop it with: ./peel stop",
        ) from None
    try:
        yield
    finally:
        running.STATE.unlink(missing_ok=True)
        handle.close()


def claim_port() -> Claim:
    """The port of this checkout with its sockets: PEEL_PORT, the one of last time, else a free one.

    Raises Trouble when PEEL_PORT is taken.
    """
    noted = runtime.VAR / "run" / "port.json"
    named = os.environ.get("PEEL_PORT")
    if named:
        if not named.isdigit() or not 0 < int(named) < 65536:
            raise Trouble(f"PEEL_PORT is {named!r}, which is not a port.", "Try PEEL_PORT=8001")
        try:
            return int(named), ports.listen(int(named))
        except PermissionError:
            raise Trouble(f"Ports below 1024, such as {named}, are for root.",
                          "Try PEEL_PORT=8000") from None  # fmt: skip
        except OSError:
            raise Trouble(
                f"Port {named} is in use by another program.",
                f"Choose another: PEEL_PORT={ports.any_free(int(named) + 1)} ./peel demo",
            ) from None
    last = int(keeping.read_json(noted).get("port", 0))
    for port in (*((last,) if last else ()), *range(FIRST_PORT, FIRST_PORT + 200)):
        with contextlib.suppress(OSError):
            sockets = ports.listen(port)
            keeping.write_private(noted, json.dumps({"port": port}))
            return port, sockets
    raise Trouble(
        f"No port from {FIRST_PORT} on is free.", "Choose one: PEEL_PORT=9000 ./peel demo"
    )


def services(descriptors: list[int]) -> list[Service]:
    """Peel's processes: pages first, for they are what one waits for."""
    inherited = [word for number in descriptors for word in ("--descriptor", str(number))]
    return [
        Service("web", ["web", "--workers", str(WORKERS), *inherited], descriptors),
        Service("relay", ["relay"]),
        Service("worker", ["worker"]),
        Service("sealer", ["sealer"]),
    ]


def serve(
    supervisor_of: Callable[[list[Service], Callable[[], Mapping[str, str]]], Supervisor],
    environment: Callable[[], Mapping[str, str]],
    claimed: Claim,
    announce: Callable[[str], None],
) -> int:
    """Start everything, say where it is once a page answers, and stay until told to stop."""
    port, sockets = claimed
    url = f"http://localhost:{port}"
    kept = services([each.fileno() for each in sockets])
    supervisor = supervisor_of(kept, lambda: serving_environment(environment()))
    supervisor.listen_to_signals()
    try:
        supervisor.start("web")
        _note(supervisor, url)
        if _first_page(supervisor, port):
            announce(url)
            supervisor.start(*(each.name for each in supervisor.services if each.name != "web"))
            _note(supervisor, url)
            supervisor.watch()
    finally:
        supervisor.say("Stopping.")
        supervisor.stop()
    return 0


def serving_environment(database: Mapping[str, str]) -> dict[str, str]:
    """What the processes are started with."""
    return child_environment({"PEEL_POOL": "1", **database})


def _note(supervisor: Supervisor, url: str) -> None:
    groups = [each.process.pid for each in supervisor.services if each.process]
    keeping.write_private(
        running.STATE, json.dumps({"pid": os.getpid(), "url": url, "groups": groups})
    )


def _first_page(supervisor: Supervisor, port: int, seconds: float = 120) -> bool:
    """Wait until a page answers; False when asked to stop meanwhile. Raises Trouble if none comes.

    The caller waits in the socket's queue from the first moment, so no pause is lost to asking
    again, and looks after the services meanwhile.
    """
    deadline = time.monotonic() + seconds
    request = f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode()
    while time.monotonic() < deadline and supervisor.services[0].failures < 4:
        with contextlib.suppress(OSError), socket.create_connection((ports.LOCAL, port)) as caller:
            caller.sendall(request)
            while time.monotonic() < deadline and supervisor.services[0].failures < 4:
                if supervisor.stopping:
                    return False
                if select.select([caller], [], [], 0.02)[0]:
                    if caller.recv(64).startswith(b"HTTP/"):
                        return True
                    break
                supervisor.watch(0)
        supervisor.watch(0.1)
    raise Trouble("The pages could not be served.", f"The log: {running.log_folder() / 'web.log'}")
