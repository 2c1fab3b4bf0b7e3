"""A run over people in a database, from reading them to judgements ready to apply; then applying.

    python -m benchmarks.resolution [--rows 1000000] [--seed 11] [--errors usual] [--apply]

A PostgreSQL of this checkout is started for the run, with fsync on, and filled from a seed
(benchmarks/people.py). A model is trained and accepted; then `peel resolution run` is measured in a
process of its own: seconds and peak memory.

Precision and recall of what would be joined by itself, and of that with what people are asked, are
counted by the seed's truth.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import exchange

exchange.DATABASE = "peel_bench_resolution"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
TABLES = (
    "records_record", "pole_nominal", "pole_nominalname", "pole_nominaldateofbirth",
    "pole_nominalidentifier", "pole_nominalcontact", "pole_location", "pole_link",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[1]
STEP = """import sys, django
django.setup()
from peel.services.resolution.cli import main
sys.exit(main(sys.argv[1:]))"""
COLUMNS = ("forename", "middle", "surname", "dob", "sex", "postcode", "phone", "pnc")


def fill(rows: Iterable[Mapping[str, str]], post: Any) -> dict[str, str]:
    """People into the database with triggers off, numbered in order; gives who each is of."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in COLUMNS)
        cursor.execute(f"create temp table person (n int, truth text, {columns}) on commit drop")
        names = ", ".join(COLUMNS)
        with cursor.copy(f"copy person (n, truth, {names}) from stdin") as copy:
            for number, row in enumerate(rows):
                told = [row[name] or None for name in COLUMNS]
                copy.write_row((number, row["person"], *told))
        cursor.execute("alter table person add id uuid not null default gen_random_uuid()")
        cursor.execute("update person set forename = '' where forename is null")
        cursor.execute("""create temp table place on commit drop as
            select row_number() over () as n, gen_random_uuid() as id, postcode
            from (select distinct postcode from person where postcode is not null) p""")
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
        for name, value in {"ours": post.organisation_id, "maker": post.pk}.items():
            text = text.replace(f"%({name})s", f"'{value}'::uuid")
        cursor.execute(text)
        cursor.execute("set constraints all immediate")
        for table in TABLES:
            cursor.execute(f"alter table {table} enable trigger user")
        cursor.execute("select id::text, truth from person")
        truth = dict(cursor.fetchall())
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"vacuum analyze {table}")
    return truth


def quality(run_id: str, truth: dict[str, str]) -> dict[str, Any]:
    """Precision and recall over all true pairs, of the joins alone and with the questions."""
    from django.db import connections

    from peel.services.resolution.engine.clustering import components
    from peel.services.resolution.engine.evaluation import score

    number = {key: place for place, key in enumerate(truth)}
    people = dict(enumerate(truth.values()))
    with connections["owner"].cursor() as cursor:
        cursor.execute("select first_id::text, second_id::text from resolution_edge"
                       " where run_id = %s", [run_id])  # fmt: skip
        joins = [(number[a], number[b], 1.0) for a, b in cursor.fetchall()]
        cursor.execute("select first_id::text, second_id::text from resolution_proposal"
                       " where run_id = %s and not attention", [run_id])  # fmt: skip
        asked = [(number[a], number[b], 1.0) for a, b in cursor.fetchall()]
    found = {}
    for name, edges in (("joined", joins), ("joined or asked", joins + asked)):
        one = score(components(edges, 0), people)
        found[name] = {"precision": round(one.precision, 5), "recall": round(one.recall, 5),
                       "f1": round(one.f1, 5)}  # fmt: skip
    return found


def measured(wanted: argparse.Namespace) -> dict[str, Any]:
    """Fill, train, run in a process of its own, and count how good that is."""
    from benchmarks.people import People

    from peel.services.exchange.ledger import loaders_post
    from peel.services.resolution import running
    from peel.services.resolution.engine.duck import Limits
    from peel.services.resolution.models import TrainedModel

    post = loaders_post()
    told: dict[str, Any] = {"rows": wanted.rows, "seed": wanted.seed, "errors": wanted.errors}
    truth = fill(People(wanted.seed, wanted.errors).rows(wanted.rows), post)
    began = time.perf_counter()
    made = running.train(post, Limits(), join=wanted.join, tell=_tell)
    told["train_seconds"] = round(time.perf_counter() - began, 1)
    rows = TrainedModel.objects.using("owner").filter(pk=made.pk)
    rows.update(state=TrainedModel.State.ACCEPTED)
    told["run"], told["run_seconds"], told["run_peak_mib"] = _stepped(post, "run")
    told["quality"] = quality(told["run"]["run"], truth)
    if wanted.apply:
        run = told["run"]["run"]
        told["apply_seconds"] = _stepped(post, "apply", run)[1]
        undone = _stepped(post, "rollback", run, "--reason", "A benchmark")
        told["rollback_seconds"] = undone[1]
    return told


def _stepped(post: Any, *words: str) -> tuple[dict[str, Any], float, int]:
    """One step of `peel resolution` in a process of its own: what it said, seconds, peak memory."""
    command = [sys.executable, "-c", STEP, *words]
    began = time.perf_counter()
    ran = subprocess.run(
        [*command, "--json", "--post", str(post.pk)], stdout=subprocess.PIPE, text=True,
        check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    seconds = round(time.perf_counter() - began, 1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return json.loads(ran.stdout), seconds, peak


def _tell(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {words}", file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--errors", default="usual")
    parser.add_argument("--apply", action="store_true", help="apply the run, and undo it")
    parser.add_argument("--join", type=float, default=20.0, help="bits from which a run joins")
    wanted = parser.parse_args()
    print(json.dumps(exchange.on_a_server(lambda: measured(wanted)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
