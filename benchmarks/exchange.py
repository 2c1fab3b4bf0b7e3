"""100,000 people from a CSV file: rows a second with versions, documents, both ledgers.

    python -m benchmarks.exchange [--rows 100000]

A PostgreSQL of this checkout is started for the run, with fsync on. Each row has one name and one
date of birth, and its own key. The peer in the same run is Django's `bulk_create` of equivalent
plain models into tables without versions, documents, visibility or ledger: what the same rows cost
when nothing is accounted for. OpenCTI, which people name beside such imports, publishes figures for
its own ingestion on its own machines; they are not comparable and not repeated here.
Results: benchmarks/results/exchange.md.
"""

import argparse
import csv
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
ROOT = Path(__file__).resolve().parents[1]
DATABASE = "peel_bench_exchange"
HEADINGS = ["id", "surname", "forename", "DOB"]


def people(file: Path, rows: int) -> None:
    """Write invented people."""
    draw = random.Random(20261121)
    months = ("January", "March", "May", "July", "August", "October", "December")
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADINGS)
        for number in range(rows):
            born = f"{draw.randint(1, 31)} {draw.choice(months)} {draw.randint(1935, 2008)}"
            names = [f"Sur{draw.randrange(30_000)}", f"Given{draw.randrange(4_000)}"]
            writer.writerow([f"k{number}", *names, born])


def imported(file: Path) -> dict[str, Any]:
    """One import by the command's own way."""
    from peel.services.exchange import cli

    own, start = time.process_time(), time.perf_counter()
    found = cli.run(file, "pole.nominal")
    wall = time.perf_counter() - start
    rows = sum(found.counts.values())
    return {
        "counts": found.counts, "seconds": round(wall, 2), "per_second": round(rows / wall),
        "processor_python": round(time.process_time() - own, 2),
    }  # fmt: skip


def plain(file: Path) -> int:
    """Rows a second of `bulk_create` into three plain tables."""
    from django.db import connections, models, transaction

    def table(name: str, **fields: Any) -> Any:
        meta = type("Meta", (), {"app_label": "bench"})
        return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})

    person = table("Person", key=models.CharField(max_length=40, unique=True))
    name = table(
        "Name", person=models.ForeignKey(person, models.CASCADE),
        family=models.CharField(max_length=100), given=models.CharField(max_length=100),
    )  # fmt: skip
    birth = table(
        "Birth", person=models.ForeignKey(person, models.CASCADE),
        text=models.CharField(max_length=60),
    )  # fmt: skip
    with connections["owner"].schema_editor() as editor:
        for model in (person, name, birth):
            editor.create_model(model)
    start = time.perf_counter()
    with file.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for place in range(0, len(rows), 5_000):
        part = rows[place : place + 5_000]
        with transaction.atomic("owner"):
            made = person.objects.using("owner").bulk_create(person(key=r["id"]) for r in part)
            pairs = list(zip(made, part, strict=True))
            name.objects.using("owner").bulk_create(
                name(person=p, family=r["surname"], given=r["forename"]) for p, r in pairs
            )
            birth.objects.using("owner").bulk_create(
                birth(person=p, text=r["DOB"]) for p, r in pairs
            )
    return round(len(rows) / (time.perf_counter() - start))


def measured(rows: int) -> dict[str, Any]:
    """All measurements, one after the other."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("select version(), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    found: dict[str, Any] = {"version": version, "fsync": fsync, "rows": rows}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "people.csv")
        people(file, rows)
        found["first"], found["second"] = imported(file), imported(file)
        found["plain"] = plain(file)
    found["load average"] = os.getloadavg()[0]
    return found


def on_a_server(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do some work in a fresh database on a server of its own."""
    import psycopg

    from peel.site.server import database
    from peel.site.server.cluster import SUPERUSER, Cluster

    cluster = Cluster("bench-exchange", durable=True)
    cluster.start()
    try:
        database.ensure_roles(cluster)
        os.environ.update(database.environment(cluster, DATABASE))
        server = database.address(cluster, SUPERUSER, "postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            # A run that was killed leaves its own behind.
            connection.execute(f"drop database if exists {DATABASE}")
            connection.execute(f"create database {DATABASE} owner peel_owner")
        command = [sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"]
        subprocess.run([*command, "--skip-checks"], check=True, cwd=ROOT)
        import django

        django.setup()
        from peel.kernel.access.tests.factories import system_appointment

        system_appointment()
        return work()
    finally:
        cluster.remove()


def report(found: dict[str, Any]) -> str:
    """The page of results."""
    first, second = found["first"], found["second"]
    return f"""# Importing people from a CSV file

{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python \
{platform.python_version()}, {found["version"].split(" on ")[0]}, fsync {found["fsync"]}; load \
average at the end {found["load average"]:.1f} (above {os.cpu_count()} the machine was shared).

| {found["rows"]:,} rows, a name and a date of birth each | a second | seconds |
|---|---|---|
| imported, with versions, search documents, events, ledger and ledger of rows \
| **{first["per_second"]:,}** | {first["seconds"]} |
| the same file again, which makes nothing | {second["per_second"]:,} | {second["seconds"]} |
| peer: Django's `bulk_create` into three plain tables, nothing accounted for \
| {found["plain"]:,} | |

Python was busy for {first["processor_python"]} s of the first; the rest is PostgreSQL's.
What was asked: at least 3,000 a second.
"""


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["PEEL_AUDIT_KEY"] = f"{place}/audit.pem"
        os.environ["PEEL_AUDIT_HEADS"] = f"{place}/heads.jsonl"
        os.environ["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        sys.path.insert(0, str(ROOT / "src"))
        found = on_a_server(lambda: measured(options.rows))
    print(json.dumps(found, indent=1))
    (ROOT / "benchmarks" / "results" / "exchange.md").write_text(report(found))


if __name__ == "__main__":
    main()
