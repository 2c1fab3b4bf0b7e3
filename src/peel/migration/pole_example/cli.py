"""`./peel load pole-example FOLDER`: loads the open POLE example and accounts for every row."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.db import DatabaseError

from peel.kernel.access.identity import SignedOut
from peel.kernel.records import bulk
from peel.migration.pole_example.load import Loader, Outcome, totals
from peel.services.exchange.ledger import MovedOn, State, loaders_post

DONE, FAILED, INTERRUPTED = 0, 2, 130
_AGAIN = "What was loaded before stands; run the same command again."


def main(argv: Sequence[str]) -> int:
    """Run the command: 0 when every row was settled, 2 when it stopped, 130 when interrupted."""
    wanted = _parser().parse_args(argv)
    try:
        outcomes = run(wanted.folder, wanted.post, quiet=wanted.json or wanted.quiet)
    except MovedOn:
        print(f"Another load of this folder is running. {_AGAIN}", file=sys.stderr)
        return FAILED
    except (LookupError, DatabaseError, OSError, SignedOut) as error:
        print(f"{error}\n{_AGAIN}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"Interrupted. {_AGAIN}", file=sys.stderr)
        return INTERRUPTED
    print(json.dumps(as_json(outcomes), indent=2) if wanted.json else as_text(outcomes))
    return DONE if all(outcome.balances for outcome in outcomes) else FAILED


def run(folder: Path, post: UUID | None = None, *, quiet: bool = True) -> list[Outcome]:
    """Load the folder and give what became of each file. Raises LookupError, MovedOn."""

    def told(name: str, rows: int) -> None:
        if not quiet:
            print(f"{rows:>8,} rows of {name}", file=sys.stderr)

    outcomes = Loader(folder, loaders_post(post), told).load()
    bulk.fold_tallies()
    return outcomes


def as_json(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The account as plain values."""
    files = [
        {
            "file": outcome.name, "becomes": outcome.becomes, "rows": outcome.rows,
            "balances": outcome.balances,
            **{State(state).name.lower(): count for state, count in outcome.counts.items()},
        }
        for outcome in outcomes
    ]  # fmt: skip
    return {"rows": sum(outcome.rows for outcome in outcomes), "files": files}


def as_text(outcomes: Sequence[Outcome]) -> str:
    """The account for people to read."""
    lines = []
    for outcome in outcomes:
        states = ", ".join(f"{n:,} {State(s).label.lower()}" for s, n in outcome.counts.items())
        verdict = "" if outcome.balances else "  THE TOTALS DO NOT BALANCE"
        lines.append(f"{outcome.rows:>8,}  {outcome.name} ({outcome.becomes}): {states}{verdict}")
    found = totals(outcomes)
    lines.append(f"{sum(outcome.rows for outcome in outcomes):>8,}  in all: " + ", ".join(
        f"{count:,} {state.label.lower()}" for state, count in found.items()
    ))  # fmt: skip
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./peel load pole-example",
        description="Load the open POLE example. Loading again is safe.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder with its files")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.add_argument("--quiet", action="store_true", help="do not tell how far it is")
    parser.add_argument("--post", type=UUID, help="the appointment that the loader speaks for")
    return parser
