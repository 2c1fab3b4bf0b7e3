"""Names and aliases of listed people, told apart by the names alone: pairs out of such a list.

    python -m benchmarks.aliases --names FILE.csv --subjects FILE.csv

NAMES has `unique_id` and `full_name`, several rows a subject; SUBJECTS has `unique_id` and
`subject_type`, of which the individuals are taken, as in the UK Sanctions List. Every two names of
one person are a pair that is the same. As many pairs that are not are drawn from a seed: names of
two people that have a word in common, wherever there are such. Results:
benchmarks/results/names.md.
"""

import argparse
import csv
import itertools
import platform
import random
import sys
from pathlib import Path
from typing import Any

from benchmarks import names

from peel.services.resolution.engine.names import words

SEED = 5
Pair = tuple[str, str, bool]


def read(file: Path, subjects: Path) -> dict[str, list[str]]:
    """The names of each person."""
    with subjects.open(encoding="utf-8", newline="") as handle:
        people = {row["unique_id"] for row in csv.DictReader(handle)
                  if row["subject_type"] == "individual"}  # fmt: skip
    found: dict[str, list[str]] = {}
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["unique_id"] in people and row["full_name"].strip():
                found.setdefault(row["unique_id"], []).append(row["full_name"].strip())
    return found


def pairs(people: dict[str, list[str]]) -> list[Pair]:
    """All pairs of one person's names, and as many of two people's."""
    draw = random.Random(SEED)
    whose = [(name, key) for key, said in people.items() for name in dict.fromkeys(said)]
    bearing: dict[str, list[tuple[str, str]]] = {}
    for name, key in whose:
        for word in set(words(name)):
            bearing.setdefault(word, []).append((name, key))
    found: list[Pair] = []
    for key, said in people.items():
        for one, two in itertools.combinations(dict.fromkeys(said), 2):
            found.append((one, two, True))
            near = [each for word in words(one) for each in bearing[word] if each[1] != key]
            others = near or [each for each in whose if each[1] != key]
            found.append((one, draw.choice(others)[0], False))
    return found


def report(found: dict[str, Any]) -> str:
    """The page of results."""
    measures = {name: told for name, told in found.items() if isinstance(told, dict)}
    rows = "\n".join(f"| {name} | {told['precision']:.4f} | {told['recall']:.4f}"
                     f" | {told['f1']:.4f} |" for name, told in measures.items())  # fmt: skip
    return f"""# Names alone

`python -m benchmarks.aliases`: {found["pairs"]:,} pairs of names, {found["of one person"]:,} of \
them of one person, the others with a word in common wherever there are such. An alias is often \
another name altogether, which no measure finds. Peel uses no label, yet its threshold was chosen \
on this half of the UK Sanctions List; of the peers the best threshold that the labels can find is \
shown. Python {platform.python_version()}, {found["seconds"]} s.

| measure | precision | recall | F1 |
|---|---|---|---|
{rows}
"""


def main() -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--names", type=Path, required=True)
    parser.add_argument("--subjects", type=Path, required=True)
    wanted = parser.parse_args()
    found = names.measured(pairs(read(wanted.names, wanted.subjects)))
    page = report(found)
    print(page)
    place = Path(__file__).resolve().parent / "results" / "names.md"
    place.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
