"""`./peel demo`: a running Peel with a fictional force in it, from nothing."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping

from ..server import database, keeping, ports, preparing, running, serving
from ..server.cluster import Cluster
from ..server.progress import Steps
from ..server.supervisor import Service, Supervisor, end_left_behind
from .story import PEOPLE

SCANNER_PORT = 3310


def run(arguments: list[str]) -> int:
    """Set up what is missing, build the demo if there is none, serve until stopped."""
    parser = argparse.ArgumentParser(prog="./peel demo", description=__doc__)
    parser.add_argument("--prepare", action="store_true", help="set up and build, do not serve")
    chosen = parser.parse_args(arguments)
    steps = Steps()
    with serving.only_one():
        end_left_behind()
        claimed = None if chosen.prepare else serving.claim_port()
        preparing.assets(steps)
        cluster = running.demo_cluster()
        try:
            prepare(steps, cluster)
            if claimed is None:
                cluster.stop()
                return 0
            return serve(cluster, claimed)
        except BaseException:
            cluster.stop()
            raise


def prepare(steps: Steps, cluster: Cluster) -> None:
    """The database with its roles, schema and story, and the static files."""
    if cluster.running() is None:
        with steps.step("PostgreSQL"):
            cluster.start()
    database.ensure_roles(cluster)
    if not cluster.stamps.get("migrated"):
        database.ensure_database(cluster)
    environment = database.environment(cluster)
    preparing.migrate(steps, environment, cluster.stamps)
    preparing.static(steps, environment)
    preparing.story(steps, cluster, environment)


def serve(cluster: Cluster, claimed: serving.Claim) -> int:
    """Serve the demo on the port that was claimed, with a stand-in for the virus scanner."""
    scanner = ports.any_free(SCANNER_PORT)

    def supervisor(kept: list[Service], environment: Callable[[], Mapping[str, str]]) -> Supervisor:
        stand_in = Service("scanner", ["scanner", "--port", str(scanner)])
        return Supervisor(
            [*kept, stand_in], environment, say,
            database_runs=lambda: cluster.running() is not None,
            start_database=cluster.start, stop_database=cluster.stop,
        )  # fmt: skip

    return serving.serve(supervisor, lambda: demo_environment(cluster, scanner), claimed, announce)


def demo_environment(cluster: Cluster, scanner: int) -> dict[str, str]:
    """The demo's database; its people sign in by password alone unless you say otherwise."""
    own = {"PEEL_REQUIRE_TOTP": "0", "PEEL_FILES_SCANNER": f"tcp://127.0.0.1:{scanner}"}
    said = {name: os.environ.get(name, usual) for name, usual in own.items()}
    return {**database.environment(cluster), **said}


def announce(url: str) -> None:
    """Say where Peel is and who may sign in."""
    print(f"\nPeel is at {url}\n")
    for line in keeping.read_json(PEOPLE).get("people", []):
        print(f"  {line}")
    print("\nEverything in it is fictional but the recorded crimes. Stop with Ctrl-C.", flush=True)


def say(text: str) -> None:
    """Tell the person at the keyboard."""
    print(text, file=sys.stderr, flush=True)
