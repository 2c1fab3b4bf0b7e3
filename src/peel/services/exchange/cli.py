"""`./peel load pole-csv FILE`: brings people, places or things in from one CSV file."""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from peel.kernel.access.identity import SignedOut
from peel.kernel.records import bulk
from peel.services.exchange.files import Table, Unreadable
from peel.services.exchange.importing import SOURCE, Refused, carry_out
from peel.services.exchange.ledger import USING, MovedOn, State, loaders_post, opened
from peel.services.exchange.models import Import, ImportRow
from peel.services.exchange.shapes import KEY, shape_of

DONE, INCOMPLETE, FAILED, INTERRUPTED = 0, 1, 2, 130
_AGAIN = "What was brought in before stands; run the same command again."


def main(argv: Sequence[str]) -> int:
    """Run the command: 0 when all rows are in, 1 when some were not taken, 2 when it stopped."""
    wanted = _parser().parse_args(argv)
    try:
        found = run(wanted.file, wanted.kind, wanted.map, wanted.post)
    except KeyboardInterrupt:
        print(f"Interrupted. {_AGAIN}", file=sys.stderr)
        return INTERRUPTED
    except (LookupError, DatabaseError, OSError, SignedOut, Unreadable, Refused, MovedOn) as error:
        print(f"{error or 'Another import of this file is running.'}\n{_AGAIN}", file=sys.stderr)
        return FAILED
    print(json.dumps(as_json(found), indent=2) if wanted.json else as_text(found))
    return INCOMPLETE if found.counts.keys() & {"r", "q"} else DONE


def run(
    file: Path, kind: str, columns: Sequence[str] = (), post: UUID | None = None, **options: Any
) -> Import:
    """Bring a file in and give its import. Raises LookupError, Unreadable, Refused, MovedOn."""
    content = file.read_bytes()
    shape = shape_of(kind)
    table = Table(content)
    mapping = table.guessed(shape.columns) | _told(columns, table.headings, shape.columns)
    loader = loaders_post(post)
    found = opened(
        loader, source=SOURCE, what=kind, name=file.name,
        sha256=hashlib.sha256(content).hexdigest(),
        mapping={"columns": {str(place): name for place, name in sorted(mapping.items())}},
    )  # fmt: skip
    if found.content is None:
        Import.objects.using(USING).filter(pk=found.pk).update(content=content)
    found = carry_out(found.pk, **options)
    bulk.fold_tallies()
    return found


def _told(columns: Sequence[str], headings: list[str], known: Any) -> dict[int, str]:
    """What --map says. Raises LookupError for a heading or column that there is not."""
    found = {}
    for one in columns:
        heading, _, name = one.partition("=")
        if heading not in headings:
            raise LookupError(f"The file has no column {heading!r}.")
        if name not in known and name != KEY:
            raise LookupError(f"There is no {name!r}. There are: {KEY}, {', '.join(known)}.")
        found[headings.index(heading)] = name
    return found


def as_json(found: Import) -> dict[str, object]:
    """The account as plain values."""
    counts = {state.name.lower(): found.counts.get(state, 0) for state in State}
    return {"import": str(found.pk), "rows": sum(counts.values()), **counts, "not_taken": [
        {"line": line, "why": why} for line, why in _not_taken(found)
    ]}  # fmt: skip


def as_text(found: Import) -> str:
    """The account for people to read."""
    rows = sum(found.counts.values())
    lines = [f"{rows:,} rows of {found.name}:"]
    lines += [f"{found.counts.get(s, 0):>10,}  {s.label.lower()}" for s in State]
    lines += [f"line {line}: {why}" for line, why in _not_taken(found)]
    return "\n".join(lines)


def _not_taken(found: Import) -> list[tuple[int, str]]:
    rows = ImportRow.objects.using(USING).filter(of=found, state__in=["r", "q"])
    return list(rows.order_by("line").values_list("line", "reason")[:20])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./peel load pole-csv",
        description="Bring in the rows of a CSV file. Bringing them in again is safe.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--kind", default="pole.nominal", help="what the rows are (pole.nominal)")
    parser.add_argument(
        "--map", action="append", default=[], metavar="HEADING=COLUMN",
        help="what a column is, where its heading does not say; may be given again",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.add_argument("--post", type=UUID, help="the appointment that the loader speaks for")
    return parser
