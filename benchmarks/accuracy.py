"""How well people are told apart in files whose truth is known: the table of all of them.

    python -m benchmarks.accuracy [--folder FOLDER] [--only WORDS]

Each file of accuracy.toml is a run of benchmarks/linkage.py in a process of its own, with Splink's
documented model beside it. Files that are not in the repository are looked for in FOLDER, laid out
as accuracy.toml says, and are told to be absent. Results: benchmarks/results/linkage.md.
"""

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from benchmarks.people import FIELDS, People

ROOT = Path(__file__).resolve().parents[1]


def found(each: dict[str, Any], folder: Path | None, work: Path) -> Path | None:
    """The data of one entry; None if it is not to be had."""
    if "here" in each:
        return ROOT / each["here"]
    if "people" in each:
        told = each["people"]
        path = work / "people.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(People(told["seed"], told["errors"]).rows(told["rows"]))
        return path
    path = (folder or work) / each["there"]
    return path if path.exists() else None


def measured(each: dict[str, Any], path: Path, work: Path) -> dict[str, Any]:
    """What benchmarks/linkage.py says of one file."""
    roles = work / "map.toml"
    roles.write_text(
        "\n".join(f"{role} = {json.dumps(name)}" for role, name in each["map"].items())
    )
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.linkage", "--data", str(path), "--map", str(roles),
         "--truth", each["truth"], "--json", "--peers"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    told: dict[str, Any] = json.loads(said)
    return told


def line(each: dict[str, Any], told: dict[str, Any]) -> str:
    """A row of the table."""
    ours, peer = told["results"]
    asked = f" (asked: {each['asked']})" if "asked" in each else ""
    return (
        f"| {each['name']} | {ours['precision']:.4f} | {ours['recall']:.4f}"
        f" | **{ours['f1']:.4f}**{asked} | {ours['seconds']:.1f} | {told['memory_mib']}"
        f" | {peer['precision']:.4f} | {peer['recall']:.4f} | {peer['f1']:.4f}"
        f" | {peer['seconds']:.1f} |"
    )


def report(lines: list[str], absent: list[str]) -> str:
    """The page of results."""
    rows = "\n".join(lines)
    missing = (
        f"\nNot measured, for the file was not there: {', '.join(absent)}.\n" if absent else ""
    )
    return f"""# Telling people apart in files whose truth is known

Pairwise, over all pairs of records that are of one person, after clustering; no label is used. \
{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}. The peer in the \
same run is Splink 5 as its documentation shows it for people. Thresholds were chosen on generated \
people of another seed (7) and on fake_1000. Made by `python -m benchmarks.accuracy --folder F`.

| file | precision | recall | F1 | seconds | MiB | Splink: precision | recall | F1 | seconds |
|---|---|---|---|---|---|---|---|---|---|
{rows}
{missing}"""


def main() -> int:
    """Measure all, and write the table unless only some were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=Path, help="where the files lie that Peel does not carry")
    parser.add_argument("--only", default="", help="only those whose name holds these words")
    wanted = parser.parse_args()
    entries = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["file"]
    lines, absent = [], []
    with tempfile.TemporaryDirectory() as name:
        for each in entries:
            if wanted.only.lower() not in each["name"].lower():
                continue
            path = found(each, wanted.folder, Path(name))
            if path is None:
                absent.append(each["name"])
                continue
            lines.append(line(each, measured(each, path, Path(name))))
            print(lines[-1], flush=True)
    if not wanted.only:
        place = ROOT / "benchmarks" / "results" / "linkage.md"
        place.write_text(report(lines, absent), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
