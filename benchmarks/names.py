"""How well Peel tells whether two names are of one person, by the names alone.

    python -m benchmarks.names --data FILE --left COLUMN --right COLUMN --truth COLUMN [--json]

FILE is CSV or Parquet with a pair of names a row; the truth is 1, true, yes, same or match for one
person. No label is used: how rare a word is comes from the file's own names, and the likeness from
which a pair is held for one is fixed (engine/names.py). Peers in the same run, each at the best
threshold that the labels can find for it: rapidfuzz's token set and token sort ratio, Jaro-Winkler.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from peel.services.resolution.engine import duck
from peel.services.resolution.engine.names import LEAST, Names

YES = {"1", "true", "t", "yes", "y", "same", "match", "positive"}
PEERS: dict[str, Callable[[str, str], float]] = {
    "token set ratio": fuzz.token_set_ratio,
    "token sort ratio": fuzz.token_sort_ratio,
    "Jaro-Winkler": JaroWinkler.similarity,
}


def told(right: int, held: int, true: int) -> dict[str, float]:
    """Precision, recall and F1."""
    precision = right / held if held else 1.0
    recall = right / true if true else 1.0
    both = precision + recall
    return {"precision": round(precision, 4), "recall": round(recall, 4),
            "f1": round(2 * precision * recall / both if both else 0.0, 4)}  # fmt: skip


def at(scores: Sequence[float], truth: Sequence[bool], least: float) -> dict[str, float]:
    """What a threshold gives."""
    held = [is_one for score, is_one in zip(scores, truth, strict=True) if score >= least]
    return told(sum(held), len(held), sum(truth))


def best(scores: Sequence[float], truth: Sequence[bool]) -> dict[str, float]:
    """The best that any threshold gives, found with the labels: what a peer could reach at most."""
    ranked = sorted(zip(scores, truth, strict=True), reverse=True)
    right, found = 0, told(0, 0, sum(truth))
    for place, (score, is_one) in enumerate(ranked, start=1):
        right += is_one
        if place < len(ranked) and ranked[place][0] == score:
            continue
        one = told(right, place, sum(truth))
        found = max(found, one, key=lambda each: each["f1"])
    return found


def read(file: Path, columns: Sequence[str]) -> list[tuple[str, str, bool]]:
    """The pairs of a file. Raises KeyError naming a column that there is not."""
    reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    options = "" if file.suffix == ".parquet" else ", all_varchar = true, header = true"
    source = f"{reader}('{str(file).replace(chr(39), chr(39) * 2)}'{options})"
    with duck.opened() as connection:
        there = {row[0] for row in duck.run(connection, f"describe select * from {source}")}
        for column in columns:
            if column not in there:
                raise KeyError(f"The file has no column {column}. It has: {', '.join(there)}.")
        names = ", ".join(f'"{column}"::varchar' for column in columns)
        rows = duck.run(connection, f"select {names} from {source}")
    return [(a or "", b or "", str(c).strip().lower() in YES) for a, b, c in rows]


def measured(rows: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    """What Peel's measure and the peers give on pairs of names with their truth."""
    truth = [row[2] for row in rows]
    began = time.perf_counter()
    measure = Names(name for row in rows for name in row[:2])
    scores = [measure.likeness(row[0], row[1]) for row in rows]
    seconds = time.perf_counter() - began
    found: dict[str, Any] = {
        "pairs": len(rows), "of one person": sum(truth), "seconds": round(seconds, 2),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "Peel": at(scores, truth, LEAST), "Peel, best threshold": best(scores, truth),
    }  # fmt: skip
    for name, alike in PEERS.items():
        lower = [alike(a.lower(), b.lower()) for a, b, _ in rows]
        found[f"{name}, best threshold"] = best(lower, truth)
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True)
    for name in ("left", "right", "truth"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    try:
        rows = read(wanted.data, (wanted.left, wanted.right, wanted.truth))
    except (KeyError, OSError) as problem:
        print(problem.args[0], file=sys.stderr)
        return 2
    found = measured(rows)
    print(json.dumps(found, indent=2) if wanted.json else "\n".join(
        f"{name}: {value}" for name, value in found.items()))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
