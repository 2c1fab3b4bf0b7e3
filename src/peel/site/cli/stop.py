"""`./peel stop`: stop whatever of this checkout is running, the databases included."""

import os
import signal

from .. import runtime
from ..server import processes, running
from ..server.cluster import Cluster
from ..server.supervisor import end_left_behind


def run(arguments: list[str]) -> int:
    """Stop the supervisor, then what a killed one left behind, then the private databases."""
    stopped = _stop_supervisor()
    end_left_behind()
    running.STATE.unlink(missing_ok=True)
    for notes in sorted((runtime.VAR / "postgres").glob("*/home.json")):
        if Cluster(notes.parent.name).stop():
            stopped = True
    print("Stopped." if stopped else "Nothing of this folder was running.")
    return 0


def _stop_supervisor() -> bool:
    pid = running.state().get("pid")
    if not isinstance(pid, int) or "peel" not in processes.command_line(pid):
        return False
    os.kill(pid, signal.SIGTERM)
    processes.until(lambda: not processes.alive(pid), 60)
    return True
