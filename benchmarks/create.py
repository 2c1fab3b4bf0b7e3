"""Search before create: who is typed, asked through the view while one types.

    python -m benchmarks.create [--persons 1000000] [--seed 11] [--questions 1000] [--write]
    python -m benchmarks.create --data FILE [--questions 1000] [--write]

A PostgreSQL of this checkout is started for the run, with fsync on, and filled with people of a
known truth: from a seed (benchmarks/people.py, errors "usual"), or from FILE (CSV or Parquet with
the columns person, forename, middle, surname, dob, sex, postcode, phone, pnc or pnc_id), such as
another generator makes. Of people who are there more than once one record is held back and typed
instead. A model is trained on the rest without labels and accepted. Each record held back is asked
three times: with all that is known of it, with name and date of birth, with name and year of birth.
Right is an answer that names another record of that person among those shown, ten at most.
Results: benchmarks/results/create.md.
"""

import argparse
import csv
import json
import os
import platform
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import exchange

exchange.DATABASE = "peel_bench_create"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
ROOT = Path(__file__).resolve().parents[1]
ASKED = {"all fields": 0.985, "name and date of birth": 0.96, "name and year of birth": 0.92}
REFERENCE = re.compile(r'href="/pole/nominal/NM(\d+)/"')
Row = dict[str, str]


def read(file: Path) -> Iterator[Row]:
    """The rows of a file of people."""
    if file.suffix == ".parquet":
        from pyarrow import parquet

        batches = parquet.ParquetFile(file).iter_batches()
        rows: Iterable[Any] = (row for batch in batches for row in batch.to_pylist())
    else:
        rows = csv.DictReader(file.open(encoding="utf-8", newline=""))
    for row in rows:
        plain = {name: "" if value is None else str(value) for name, value in row.items()}
        yield plain | {"pnc": plain.get("pnc") or plain.get("pnc_id", "")}


def held_back(rows: list[Row], number: int, seed: int) -> tuple[list[Row], list[Row]]:
    """The rows to be recorded, and those to be typed: one each of people who are there again."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row["person"], []).append(place)
    draw = random.Random(seed)
    several = [found for found in places.values() if len(found) > 1]
    typed = {draw.choice(found) for found in draw.sample(several, min(number, len(several)))}
    kept = [row for place, row in enumerate(rows) if place not in typed]
    return kept, [rows[place] for place in sorted(typed)]


def questions(row: Row) -> Iterator[tuple[str, Row]]:
    """What is sent while this person is typed: by how much is known."""
    named = {"given_names": f"{row['forename']} {row['middle']}".strip(),
             "family_name": row["surname"]}  # fmt: skip
    more = {"date_of_birth": row["dob"], "sex": row["sex"], "postcode": row["postcode"]}
    if row["phone"]:
        more |= {"contacts-0-kind": "mobile", "contacts-0-value": row["phone"]}
    if row["pnc"]:
        more |= {"identifiers-0-kind": "PNC", "identifiers-0-value": row["pnc"]}
    yield "all fields", named | {name: text for name, text in more.items() if text}
    if row["dob"]:
        yield "name and date of birth", named | {"date_of_birth": row["dob"]}
        yield "name and year of birth", named | {"date_of_birth": row["dob"][:4]}


def asked(client: Any, kept: list[Row], typed: list[Row]) -> dict[str, Any]:
    """Times through the view, and how often the person was among those shown."""
    taken: dict[str, list[float]] = {name: [] for name in ASKED}
    right: dict[str, list[bool]] = {name: [] for name in ASKED}
    for row in typed:
        for name, sent in questions(row):
            begun = time.perf_counter()
            answer = client.get("/resolution/likely/", sent)
            taken[name].append((time.perf_counter() - begun) * 1000)
            shown = REFERENCE.findall(answer.content.decode())
            right[name].append(any(kept[int(n)]["person"] == row["person"] for n in shown))
    return {
        name: {
            "questions": len(times), "p50_ms": round(statistics.median(times), 1),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
            "max_ms": round(max(times), 1), "recall_10": round(statistics.mean(right[name]), 4),
        }
        for name, times in taken.items() if len(times) > 1
    }  # fmt: skip


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Fill, train, ask."""
    from benchmarks.people import People
    from benchmarks.resolution import fill
    from django.conf import settings
    from django.db import connections

    from peel.kernel.access.tests.factories import officer, signed_in_client
    from peel.services.exchange.ledger import loaders_post
    from peel.services.resolution import running
    from peel.services.resolution.engine.duck import Limits
    from peel.services.resolution.models import TrainedModel

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    post = loaders_post()
    source = read(options.data) if options.data else People(options.seed).rows(options.persons)
    kept, typed = held_back(list(source), options.questions + 20, options.seed)
    fill(kept, post)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select search.refill()")
        cursor.execute("vacuum analyze")
    made = running.train(post, Limits())
    rows = TrainedModel.objects.using("owner").filter(pk=made.pk)
    rows.update(state=TrainedModel.State.ACCEPTED)
    print("Filled and trained; asking.", file=sys.stderr, flush=True)
    client = signed_in_client(officer("data office", of=post.unit))
    asked(client, kept, typed[:20])
    return {
        "persons": len(kept), "from": options.data.name if options.data else f"seed {options.seed}",
        "model": {"join": made.join, "review": made.review},
        "asked": asked(client, kept, typed[20:]), "load average": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def report(found: dict[str, Any]) -> str:
    """The page of results."""
    lines = [
        f"| {name} | {one['questions']:,} | {one['p50_ms']} | **{one['p95_ms']}** | {one['max_ms']}"
        f" | **{one['recall_10']:.3f}** | {ASKED[name]} |"
        for name, one in found["asked"].items()
    ]
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    return "\n".join([
        "# Search before create", "",
        f"{machine}; {found['persons']:,} nominals ({found['from']}); load average at the end"
        f" {found['load average']}. Through the view, as one types; asked are 100 ms.", "",
        "| what is typed | questions | p50 ms | p95 ms | max ms | recall@10 | asked |",
        "|---|---|---|---|---|---|---|", *lines, "",
    ])  # fmt: skip


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--data", type=Path, help="people of a known truth, CSV or Parquet")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/create.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["PEEL_AUDIT_KEY"] = f"{place}/audit.pem"
        os.environ["PEEL_AUDIT_HEADS"] = f"{place}/heads.jsonl"
        os.environ["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        sys.path.insert(0, str(ROOT / "src"))
        found = exchange.on_a_server(lambda: measured(options))
    print(json.dumps(found, indent=2))
    if options.write:
        (ROOT / "benchmarks" / "results" / "create.md").write_text(report(found))


if __name__ == "__main__":
    main()
