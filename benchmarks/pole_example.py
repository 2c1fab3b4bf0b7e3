"""The open POLE example, loaded whole: counts by kind, and paths as long as the files say.

    python -m benchmarks.pole_example FOLDER

A PostgreSQL of this checkout is started for the run. What a plain breadth-first search over the CSV
files says (without the rows that were quarantined) is compared with one over `pole_link`: between
all pairs of 200 persons of a fixed sample, and from 20 of them to every person.
Results: benchmarks/results/pole_example.md.
"""

import argparse
import csv
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from pathlib import Path
from typing import Any

from benchmarks import exchange

ROOT = exchange.ROOT
exchange.DATABASE = "peel_bench_pole_example"
Graph = dict[Any, list[Any]]


def joined(pairs: Any) -> Graph:
    """The graph of these edges, walked either way."""
    graph: Graph = defaultdict(list)
    for first, second in pairs:
        graph[first].append(second)
        graph[second].append(first)
    return graph


def lengths(graph: Graph, start: Any) -> dict[Any, int]:
    """How far everything is from one node."""
    found, waiting = {start: 0}, deque([start])
    while waiting:
        here = waiting.popleft()
        for there in graph.get(here, ()):
            if there not in found:
                found[there] = found[here] + 1
                waiting.append(there)
    return found


def of_files(folder: Path, but: set[str]) -> tuple[Counter[str], list[str], Graph]:
    """How many nodes of each label the files have, the persons, and the graph."""
    counts: Counter[str] = Counter()
    persons: list[str] = []
    edges = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                if ":ID" in row:
                    counts[row[":LABEL"]] += 1
                    if row[":LABEL"] == "Person":
                        persons.append(row[":ID"])
                else:
                    counts[row[":TYPE"]] += 1
                    if not {row[":START_ID"], row[":END_ID"]} & but:
                        edges.append((row[":START_ID"], row[":END_ID"]))
    return counts, sorted(persons, key=int), joined(edges)


def compared(folder: Path) -> dict[str, Any]:
    """Load, count and walk."""
    from django.db import connections

    from peel.migration.pole_example import cli
    from peel.migration.pole_example.load import SOURCE
    from peel.services.exchange.ledger import digest, loaders_post

    start = time.perf_counter()
    outcomes = cli.run(folder)
    seconds = time.perf_counter() - start
    print(cli.as_text(outcomes))
    with connections["loader"].cursor() as cursor:
        cursor.execute("select from_record_id, to_record_id from pole_link where ended_at is null")
        ours = joined(cursor.fetchall())
        cursor.execute("select key, record_id from exchange_importrow where state = 'm'")
        records = {bytes(key): record for key, record in cursor.fetchall()}
        cursor.execute("select kind, count(*) from records_record group by 1 order by 1")
        kinds = dict(cursor.fetchall())
        cursor.execute(
            "select r.cells ->> 0 from exchange_importrow r"
            " join exchange_import i on i.id = r.of_id"
            " where r.state = 'q' and i.what = 'Crime'"
        )
        but = {number for (number,) in cursor.fetchall()}
    organisation = str(loaders_post().organisation_id)
    counts, persons, theirs = of_files(folder, but)
    record_of = {n: records[digest(organisation, SOURCE, "node", n)] for n in persons}
    sample = random.Random(1829).sample(persons, min(200, len(persons)))
    pairs = wrong = 0
    for place, person in enumerate(sample):
        said, walked = lengths(theirs, person), lengths(ours, record_of[person])
        for other in persons if place < 20 else sample:
            pairs += 1
            wrong += said.get(other) != walked.get(record_of[other])
    taken = {outcome.name.split(".")[-2]: outcome.counts.total() for outcome in outcomes}
    return {
        "rows": sum(o.rows for o in outcomes), "seconds": round(seconds), "kinds": kinds,
        "balances": all(o.balances for o in outcomes), "quarantined": sorted(but),
        "counts differ": {n: (c, taken.get(n)) for n, c in counts.items() if c != taken.get(n)},
        "pairs": pairs, "paths of another length": wrong,
    }  # fmt: skip


def report(found: dict[str, Any]) -> str:
    """The page of results."""
    lines = [f"| {name} | {json.dumps(value)} |" for name, value in found.items()]
    return "\n".join(["# The open POLE example", "", "| | |", "|---|---|", *lines, ""])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["PEEL_AUDIT_KEY"] = f"{place}/audit.pem"
        os.environ["PEEL_AUDIT_HEADS"] = f"{place}/heads.jsonl"
        os.environ["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        sys.path.insert(0, str(ROOT / "src"))
        found = exchange.on_a_server(lambda: compared(options.folder))
    print(json.dumps(found, indent=1))
    (ROOT / "benchmarks" / "results" / "pole_example.md").write_text(report(found))


if __name__ == "__main__":
    main()
