"""Loading open police data: crimes a second into records, with links, documents, versions, ledger.

    python -m benchmarks.load [--server postgres://superuser@host:port/postgres]

Without --server a PostgreSQL of this checkout is started for the run, with fsync on. What is
loaded are the 32,190 rows that Peel carries, into an empty database, then once more. The peer in
the same run is the command by which an officer records a crime, over and over.
Results: benchmarks/results/load.md.
"""

import argparse
import json
import lzma
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
ROOT = Path(__file__).resolve().parents[1]
DATABASE = "peel_bench_load"
CARRIED = ROOT / "src/peel/site/demo_data/police_uk"
ROLES = ("owner", "door", "relay", "worker", "loader", "sealer")


def reading(folder: Path) -> dict[str, int]:
    """Rows a second that are read and checked, and that are reconciled as well."""
    from peel.kernel.base.ids import uuid7
    from peel.migration.police_uk import files, reader
    from peel.migration.police_uk.keys import Keys, row_month
    from peel.migration.police_uk.reconcile import Arrival, Place, reconcile

    for path in CARRIED.glob("*.csv.xz"):
        (folder / path.stem).write_bytes(lzma.decompress(path.read_bytes()))
    found = {}
    for name, also_reconcile in (("read", False), ("read and reconciled", True)):
        rows, start = 0, time.perf_counter()
        for number, source in enumerate(files.find([folder])):
            kind = reader.inspect(source).kind
            keys = Keys(kind)
            with source.open() as handle:
                arrivals = [
                    Arrival(Place(row_month(r), 0, number, r.line), keys.of(r), r.fields, r.raw)
                    for r in reader.rows(handle, kind)
                ]
            rows += len(arrivals)
            if also_reconcile:
                reconcile(arrivals, {}, uuid7)
        found[name] = round(rows / (time.perf_counter() - start))
    return found


def load() -> dict[str, Any]:
    """One load of the carried files: wall time, and how long Python was busy."""
    from peel.migration.police_uk import cli

    own, start = time.process_time(), time.perf_counter()
    report = cli.run([CARRIED])
    wall = time.perf_counter() - start
    happened = report.made["crimes"] + report.made["incidents"]
    return {
        "rows": report.rows,
        "made": dict(report.made),
        "seconds": round(wall, 2),
        "rows_per_second": round(report.rows / wall),
        "crimes_per_second": round(happened / wall),
        "processor_python": round(time.process_time() - own, 2),
    }


def one_by_one(count: int = 200) -> int:
    """Crimes a second by the officer's own command, one after the other."""
    from peel.kernel.access.tests.factories import officer
    from peel.machine.commands.registry import command_creating
    from peel.machine.commands.runner import run as run_command
    from peel.modules.investigation.api import Crime
    from peel.pole.models import Location

    identity, command = officer(), command_creating(Crime)
    values = {"category": "Burglary", "location": Location.objects.using("owner").first()}
    start = time.perf_counter()
    for _ in range(count):
        run_command(command, identity, dict(values))
    return round(count / (time.perf_counter() - start))


def run(server: str) -> dict[str, Any]:
    """All measurements, one after the other, in a fresh database."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute((ROOT / "src/peel/kernel/base/roles.sql").read_text())
        connection.execute(f"drop database if exists {DATABASE} with (force)")
        connection.execute(f"create database {DATABASE} owner peel_owner")
        version = connection.execute("select version()").fetchone()[0]
        fsync = connection.execute("show fsync").fetchone()[0]
    command = [sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"]
    subprocess.run([*command, "--skip-checks"], check=True, cwd=ROOT)
    import django

    django.setup()
    from peel.kernel.access.tests.factories import system_appointment

    system_appointment()
    found = {"version": version, "fsync": fsync, "first": load()}
    found["second"] = load()
    with tempfile.TemporaryDirectory() as folder:
        found["reading"] = reading(Path(folder))
    found["one by one"] = one_by_one()
    found["load average"] = os.getloadavg()[0]
    return found


def report(found: dict[str, Any]) -> str:
    """The page of results."""
    first, second = found["first"], found["second"]
    made = ", ".join(f"{count:,} {name}" for name, count in first["made"].items() if count)
    return f"""# Loading open police data

{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python \
{platform.python_version()}, {found["version"].split(" on ")[0]}, fsync {found["fsync"]}; load \
average at the end {found["load average"]:.1f} (above {os.cpu_count()} the machine was shared).

| | a second | seconds |
|---|---|---|
| crimes and incidents loaded, with all that hangs on them | **{first["crimes_per_second"]:,}** \
| {first["seconds"]} |
| rows of the second load, which changes nothing | {second["rows_per_second"]:,} \
| {second["seconds"]} |
| rows read and checked | {found["reading"]["read"]:,} | |
| rows read, checked and reconciled | {found["reading"]["read and reconciled"]:,} | |
| peer: crimes by the officer's command, one by one | {found["one by one"]:,} | |

The first load makes {made}; each with its version rows, search document, link to its place, line \
of the row ledger and place in the audit ledger. Python was busy for \
{first["processor_python"]} s of it; the rest is PostgreSQL's.
"""


def _addresses(server: str) -> dict[str, str]:
    """The PEEL_DATABASE_* variables for a server that trusts its callers."""
    parts = urlparse(server)
    names = {"PEEL_DATABASE_URL": "web"} | {f"PEEL_DATABASE_{r.upper()}_URL": r for r in ROLES}
    return {
        name: urlunparse(
            ("postgres", f"peel_{role}@{parts.hostname}:{parts.port}", f"/{DATABASE}", "", "", "")
        )
        for name, role in names.items()
    }


def _on_our_own_server() -> dict[str, Any]:
    from peel.site.server import database
    from peel.site.server.cluster import SUPERUSER, Cluster

    cluster = Cluster("bench-load", durable=True)
    cluster.start()
    try:
        database.ensure_roles(cluster)
        os.environ.update(database.environment(cluster, DATABASE))
        return run(database.address(cluster, SUPERUSER, "postgres"))
    finally:
        cluster.remove()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--server")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["PEEL_AUDIT_KEY"] = f"{place}/audit.pem"
        os.environ["PEEL_AUDIT_HEADS"] = f"{place}/heads.jsonl"
        os.environ["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        sys.path.insert(0, str(ROOT / "src"))
        if options.server:
            os.environ.update(_addresses(options.server))
            found = run(options.server)
        else:
            found = _on_our_own_server()
    print(json.dumps(found, indent=1))
    (ROOT / "benchmarks" / "results" / "load.md").write_text(report(found))


if __name__ == "__main__":
    main()
