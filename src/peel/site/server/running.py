"""What of this checkout is running, and the environment that reaches its database."""

import os
from pathlib import Path

from .. import runtime
from . import database, keeping
from .cluster import Cluster

STATE = runtime.VAR / "run" / "peel.json"
LOCK = runtime.VAR / "run" / "peel.lock"


def demo_cluster() -> Cluster:
    """The private server of the demo."""
    return Cluster("demo")


def state() -> dict[str, object]:
    """What the supervisor wrote about itself: `pid`, `url`, `services`; empty when it never ran."""
    return keeping.read_json(STATE)


def use_database() -> bool:
    """Put the addresses of the demo's database into the environment, unless some are set already.

    Starts the private server when it does not run, and says whether it did; does nothing when
    there is none.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
    cluster = demo_cluster()
    if os.environ.get("PEEL_DATABASE_URL") or not cluster.exists():
        return False
    started = cluster.running() is None
    cluster.start()
    os.environ.update(database.environment(cluster))
    return started


def stop_unless_served() -> None:
    """Stop the private server again, unless a supervisor has come to use it meanwhile."""
    if not state():
        demo_cluster().stop()


def log_folder() -> Path:
    """Where the processes write what they have to say."""
    folder = runtime.VAR / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
