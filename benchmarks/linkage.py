"""How well Peel tells who is who in a file, without labels: precision, recall, F1, time, memory.

    python -m benchmarks.linkage --data FILE --map FILE.toml --truth COLUMN [--json] [--peers]
                                 [--names] [--threads 2] [--memory 1100MB]

FILE is CSV or Parquet. The map says in TOML which column plays which role; a role takes one column
or a list of them:

    forename = ["forename", "middle"]      surname = "surname"
    full_name = "name"                     aliases = "aliases"        (several, divided by ";")
    dob = "dob"      postcode = "postcode"      sex = "sex"      phone = "phone"
    identifiers = ["pnc_id"]               text = ["occupation", "birth_place"]

The column of the truth is read after everything is settled, to count: over all pairs of records
that are of one person, whether blocking looked at them or not, after clustering. The procedure is
the very one that `peel resolution` runs; it is trained on the file itself. `--peers` puts Splink as
documented into the same run.
"""

import argparse
import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from peel.services.resolution.engine import duck, files, procedure
from peel.services.resolution.engine.evaluation import Score, score


@dataclass(frozen=True)
class Measured:
    """What one engine did."""

    engine: str
    score: Score
    seconds: float

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        found = self.score
        return {
            "engine": self.engine, "precision": round(found.precision, 5),
            "recall": round(found.recall, 5), "f1": round(found.f1, 5),
            "pairs_joined": found.joined, "pairs_true": found.true,
            "seconds": round(self.seconds, 2),
        }  # fmt: skip


def peel(
    file: Path, columns: files.ColumnMap, truth: str, limits: duck.Limits, loud: bool
) -> Measured:
    """Peel's own procedure."""

    def tell(words: str) -> None:
        if loud:
            print(f"{time.perf_counter() - began:7.1f} s  {words}", file=sys.stderr, flush=True)

    with duck.opened(limits) as connection:
        files.load(connection, file, columns, truth)
        began = time.perf_counter()
        found = procedure.resolve(connection, columns.shape, tell=tell)
        seconds = time.perf_counter() - began
        people = dict(duck.run(connection, "select unique_id, person from truth"))
    return Measured("Peel", score(found.clusters, people), seconds)


def main() -> int:
    """Run it and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--map", type=Path, required=True)
    parser.add_argument("--truth", required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="1100MB")
    wanted = parser.parse_args()
    limits = duck.Limits(memory=wanted.memory, threads=wanted.threads)
    try:
        columns = files.read_map(wanted.map)
        measured = [peel(wanted.data, columns, wanted.truth, limits, not wanted.json)]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if wanted.peers:
            from benchmarks.peers import splink_documented

            measured.append(splink_documented.run(wanted.data, columns, wanted.truth, limits))
    except (files.WrongMap, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    told = {"file": str(wanted.data), "memory_mib": round(memory),
            "results": [each.as_json() for each in measured]}  # fmt: skip
    if wanted.json:
        print(json.dumps(told, indent=2))
        return 0
    for each in measured:
        found = each.score
        print(f"{each.engine:28} P {found.precision:.4f}  R {found.recall:.4f}  F1 {found.f1:.4f}"
              f"  {each.seconds:.1f} s")  # fmt: skip
    print(f"Peel's memory at most {memory:,.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
