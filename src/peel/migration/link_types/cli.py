"""`./peel load link-types FILE.csv`: adds a force's own types of link, wholly or not at all."""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from peel.machine import registry
from peel.pole.link_types import SHIPPED
from peel.pole.models import Link, LinkType

USING = "owner"
COLUMNS = ("name", "forward", "backward", "from_kinds", "to_kinds")
AFTER_SHIPPED = 200
_SHOWN = 20


def main(argv: Sequence[str]) -> int:
    """Run the command. Returns 0 when the types stand (or would), 1 when the file was refused."""
    given = _parser().parse_args(argv)
    try:
        types, problems = read(given.file)
        if not problems and not given.check:
            with transaction.atomic(using=USING):
                for each in types:
                    each.save(using=USING)
    except (OSError, UnicodeDecodeError, csv.Error, DatabaseError) as error:
        types, problems = [], [str(error)]
    for problem in problems[:_SHOWN]:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{given.file.name} was not loaded; nothing changed.", file=sys.stderr)
        return 1
    done = "would stand" if given.check else "stand"
    print(f"{len(types)} types of link {done}: {', '.join(each.name for each in types)}.")
    return 0


def read(path: Path) -> tuple[list[LinkType], list[str]]:
    """The types in a file, and what is wrong with it, by line. Reads, and writes nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            return [], [f"The first line has to be {','.join(COLUMNS)}."]
        rows = [(reader.line_num, row) for row in reader]
    types = [_type(row) for _, row in rows]
    often = Counter(each.name for each in types)
    problems = [
        f"Line {line}: {fault}"
        for (line, _), each in zip(rows, types, strict=True)
        for fault in (*_faults(each), *(["the name stands twice"] if often[each.name] > 1 else []))
    ]
    return types, problems if rows else ["The file has no types."]


def _type(row: Mapping[str, str | None]) -> LinkType:
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    return LinkType(
        name=said["name"],
        forward=said["forward"],
        backward=said["backward"] or said["forward"],
        from_kinds=said["from_kinds"].split(),
        to_kinds=said["to_kinds"].split(),
        position=AFTER_SHIPPED,
    )


def _faults(wanted: LinkType) -> list[str]:
    if wanted.name in SHIPPED:
        return [f"“{wanted.name}” is Peel's own type; give yours another name"]
    known = {sheet.kind for sheet in registry.sheets()}
    named = [*wanted.from_kinds, *wanted.to_kinds]
    faults = [f"there is no kind {kind!r}" for kind in named if kind not in known]
    try:
        wanted.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as problem:
        told = problem.message_dict.items()
        faults += [f"{field}: {' '.join(words)}" for field, words in told]
    return faults or _outgrown(wanted)


def _outgrown(wanted: LinkType) -> list[str]:
    """Links of a type that is there already have to fit what it becomes."""
    held = Link.objects.using(USING).filter(type_id=wanted.name)
    for kinds, end in ((wanted.from_kinds, "from_record"), (wanted.to_kinds, "to_record")):
        if kinds and held.exclude(**{f"{end}__kind__in": kinds}).exists():
            return [f"links of the type “{wanted.name}” are there that would no longer fit"]
    return []


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./peel load link-types",
        description="Add types of link from a CSV file, or change those that were added so.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--check", action="store_true", help="say what is wrong, change nothing")
    return parser
