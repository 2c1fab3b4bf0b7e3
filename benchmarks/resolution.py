"""A run over people in a database, from reading them to judgements ready to apply; then applying.

    python -m benchmarks.resolution [--rows 1000000] [--seed 11] [--errors usual] [--apply]
                                    [--new 10000]

A PostgreSQL of this checkout is started for the run, with fsync on, and filled from a seed
(benchmarks/people.py). A model is trained and accepted; then `peel resolution run` is measured in a
process of its own: seconds and peak memory.

Precision and recall of what would be joined by itself, and of that with what people are asked, are
counted by the seed's truth. With `--new` so many of the rows come in later, after a run that was
applied, and `peel resolution run --new` is measured. Results: benchmarks/results/resolution.md.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
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


def fill(rows: Iterable[Mapping[str, str]], post: Any, after: int = 0) -> dict[str, str]:
    """People into the database with triggers off, numbered in order; gives who each is of.

    `after` so many that are there.
    """
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in COLUMNS)
        cursor.execute(f"create temp table person (n int, truth text, {columns}) on commit drop")
        names = ", ".join(COLUMNS)
        with cursor.copy(f"copy person (n, truth, {names}) from stdin") as copy:
            for number, row in enumerate(rows, after):
                told = [row[name] or None for name in COLUMNS]
                copy.write_row((number, row["person"], *told))
        cursor.execute("alter table person add id uuid not null default gen_random_uuid()")
        cursor.execute("update person set forename = '' where forename is null")
        cursor.execute(f"""create temp table place on commit drop as
            select {after} + row_number() over () as n, gen_random_uuid() as id, postcode
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


def quality(runs: list[str], truth: dict[str, str]) -> dict[str, Any]:
    """Precision and recall over all true pairs, of the joins alone and with the questions."""
    from django.db import connections

    from peel.services.resolution.engine.clustering import components
    from peel.services.resolution.engine.evaluation import score

    number = {key: place for place, key in enumerate(truth)}
    people = dict(enumerate(truth.values()))
    with connections["owner"].cursor() as cursor:
        cursor.execute("select first_id::text, second_id::text from resolution_edge"
                       " where run_id = any(%s::uuid[])", [runs])  # fmt: skip
        joins = [(number[a], number[b], 1.0) for a, b in cursor.fetchall()]
        cursor.execute("select first_id::text, second_id::text from resolution_proposal"
                       " where run_id = any(%s::uuid[]) and not attention", [runs])  # fmt: skip
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
    people = list(People(wanted.seed, wanted.errors).rows(wanted.rows))
    first = wanted.rows - wanted.new
    truth = fill(people[:first], post)
    began = time.perf_counter()
    made = running.train(post, Limits(), join=wanted.join, tell=_tell)
    told["train_seconds"] = round(time.perf_counter() - began, 1)
    rows = TrainedModel.objects.using("owner").filter(pk=made.pk)
    rows.update(state=TrainedModel.State.ACCEPTED)
    told["run"], told["run_seconds"], told["run_peak_mib"] = _stepped(post, "run")
    told["start_seconds"] = _stepped(post, "preview")[1]
    told["quality"] = quality([told["run"]["run"]], truth)
    if wanted.apply:
        run = told["run"]["run"]
        told["apply_seconds"] = _stepped(post, "apply", run)[1]
        undone = _stepped(post, "rollback", run, "--reason", "A benchmark")
        told["rollback_seconds"] = undone[1]
    if wanted.new:
        told["new"] = _of_the_new(post, people[first:], first, truth)
    return told


def _of_the_new(
    post: Any, people: list[dict[str, str]], first: int, truth: dict[str, str]
) -> dict[str, Any]:
    """A run over everybody that is applied, new people, and a run over them alone."""
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        os.environ["PEEL_RESOLUTION_KEPT"] = place
        base, told["first_seconds"], _ = _stepped(post, "run", "--new")
        told["kept_mib"] = sum(file.stat().st_size for file in Path(place).iterdir()) >> 20
        _stepped(post, "apply", base["run"])
        truth |= fill(people, post, first)
        told["run"], told["seconds"], told["peak_mib"] = _stepped(post, "run", "--new")
    told["quality"] = quality([base["run"], told["run"]["run"]], truth)
    return told


def _stepped(post: Any, *words: str) -> tuple[dict[str, Any], float, int]:
    """One step of `peel resolution` in a process of its own: what it said, seconds, peak memory."""
    command = [sys.executable, "-c", STEP, *words, "--json", "--post", str(post.pk)]
    began = time.perf_counter()
    step = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    said = step.stdout.read() if step.stdout else ""
    _, status, usage = os.wait4(step.pid, 0)
    step.returncode = os.waitstatus_to_exitcode(status)
    if step.returncode:
        raise RuntimeError(f"resolution {' '.join(words)} ended with {step.returncode}")
    return json.loads(said), round(time.perf_counter() - began, 1), usage.ru_maxrss // 1024


def report(told: dict[str, Any]) -> str:
    """The page of results."""
    ran, of = told["run"], told["quality"]
    lines = [
        f"| a run over {ran['records']:,} people, from the database to judgements ready to apply"
        f" | **{told['run_seconds']} s** | 45 s for 1,000,000 |",
        f"| its peak of memory | **{told['run_peak_mib']:,} MiB** | 2,048 MiB |",
        f"| of each step, the start of the program | {told['start_seconds']} s | |",
        f"| a model trained on them | {told['train_seconds']} s | |",
    ]
    if "apply_seconds" in told:
        lines.append(f"| its {ran['joins']:,} judgements applied | {told['apply_seconds']} s | |")
        lines.append(f"| rolled back | {told['rollback_seconds']} s | |")
    for name, one in of.items():
        lines.append(f"| {name}: precision, recall, F1 | {one['precision']:.4f},"
                     f" {one['recall']:.4f}, {one['f1']:.4f} | |")  # fmt: skip
    if new := told.get("new"):
        joined = new["quality"]["joined"]
        lines += [
            f"| {new['run']['fresh']:,} new ones against them (`run --new`)"
            f" | **{new['seconds']} s** | 5 s for 10,000 against 990,000 |",
            f"| its peak of memory | {new['peak_mib']:,} MiB | |",
            f"| joined by both runs: precision, recall, F1 | {joined['precision']:.4f},"
            f" {joined['recall']:.4f}, {joined['f1']:.4f} | |",
            f"| what is kept for it, in a file | {new['kept_mib']:,} MiB | |",
        ]
    table = "\n".join(lines)
    return f"""# From people on record to judgements

`python -m benchmarks.resolution`, seed {told["seed"]}, {told["errors"]} errors: \
{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, PostgreSQL on \
the same machine with fsync on; load average at the end {os.getloadavg()[0]:.1f}. Each step is a \
process of its own, its start included.

| | measured | asked |
|---|---|---|
{table}
"""


def _tell(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {words}", file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--errors", default="usual")
    parser.add_argument("--apply", action="store_true", help="apply the run, and undo it")
    parser.add_argument("--new", type=int, default=0, help="so many come in after a first run")
    parser.add_argument("--join", type=float, default=20.0, help="bits from which a run joins")
    wanted = parser.parse_args()
    told = exchange.on_a_server(lambda: measured(wanted))
    print(json.dumps(told, indent=2))
    place = ROOT / "benchmarks" / "results" / "resolution.md"
    place.write_text(report(told), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
