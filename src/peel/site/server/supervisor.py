"""Keeps Peel's processes running: starts them, starts again what dies, stops all together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from .. import runtime
from . import processes, running

_PATIENCE = 12.0
_CALM_SECONDS = 60.0
_LONGEST_PAUSE = 30.0


@dataclass
class Service:
    """One process of ours with its descendants, in a process group of its own."""

    name: str
    arguments: Sequence[str]
    descriptors: Sequence[int] = ()
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0
    failures: int = 0
    again_at: float = 0.0

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it; what it says goes to its own log."""
        log = running.log_folder() / f"{self.name}.log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "peel", *self.arguments],
                cwd=runtime.ROOT, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, start_new_session=True, pass_fds=self.descriptors,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  we run one thread only
            )  # fmt: skip
        self.began = time.monotonic()

    def ended(self) -> int | None:
        """Its exit code once it has ended."""
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        """Tell the whole group to stop."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)


@dataclass
class Supervisor:
    """The services under watch and, for a private server, how to start and stop the database."""

    services: list[Service]
    environment: Callable[[], Mapping[str, str]]
    say: Callable[[str], None]
    database_runs: Callable[[], bool] = lambda: True
    start_database: Callable[[], object] = lambda: None
    stop_database: Callable[[], object] = lambda: None
    stopping: bool = field(default=False, init=False)

    def listen_to_signals(self) -> None:
        """Stop in good order on Ctrl-C, on SIGTERM and when the terminal is closed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, *names: str) -> None:
        """Start the named services."""
        environment = self.environment()
        for service in self.services:
            if service.name in names:
                service.start(environment)

    def watch(self, seconds: float | None = None) -> None:
        """Look after the services until asked to stop, or for `seconds`."""
        until = time.monotonic() + seconds if seconds is not None else float("inf")
        while not self.stopping:
            if not self.database_runs():
                self._revive_database()
            for service in self.services:
                self._look_after(service)
            if time.monotonic() >= until:
                break
            time.sleep(0.2)

    def _revive_database(self) -> None:
        self.say("The database has stopped; starting it again.")
        try:
            self.start_database()
        except Exception as error:
            self.say(str(error))
            time.sleep(2)

    def _look_after(self, service: Service) -> None:
        code = service.ended()
        if code is not None and service.process is not None:
            # Its children would go on holding the sockets and the database.
            processes.end_group(service.process.pid, patience=1)
            calm = time.monotonic() - service.began > _CALM_SECONDS
            service.failures = 1 if calm else service.failures + 1
            pause = min(2.0 ** (service.failures - 1) - 1, _LONGEST_PAUSE)
            service.again_at = time.monotonic() + pause
            service.process = None
            self.say(
                f"{service.name} has ended (code {code}); starting it again in {pause:.0f} s. "
                f"Its log: {running.log_folder() / service.name}.log"
            )
        if service.process is None and service.failures and time.monotonic() >= service.again_at:
            service.start(self.environment())

    def stop(self) -> None:
        """Stop the services together, then the database."""
        for service in self.services:
            service.ask_to_stop()
        deadline = time.monotonic() + _PATIENCE
        for service in self.services:
            if service.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    service.process.wait(max(0.1, deadline - time.monotonic()))
                processes.end_group(service.process.pid, patience=0.5)
        self.stop_database()


def _library() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


_LIBRARY = _library()
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Let the kernel stop a service whose supervisor was killed (Linux)."""
    if _LIBRARY is not None:
        _LIBRARY.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def end_left_behind() -> None:
    """End what an earlier supervisor started and, being killed, could not stop."""
    groups = running.state().get("groups")
    for group in groups if isinstance(groups, list) else ():
        ours = [
            pid
            for pid in processes.group_members(int(group))
            if str(runtime.ROOT) in processes.command_line(pid)
        ]
        if ours:
            processes.end_group(int(group), patience=3)
