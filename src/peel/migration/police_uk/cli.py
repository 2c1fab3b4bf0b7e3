"""`./peel load police-uk PATH…`: loads open police data and prints what became of every row."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.db import DatabaseError

from peel.kernel.access.identity import SignedOut, speaking_as_system
from peel.kernel.records import bulk
from peel.migration.police_uk.ledger import DatabaseLedger, LedgerBusyError
from peel.migration.police_uk.load import Loader
from peel.migration.police_uk.report import Report
from peel.migration.police_uk.sink import RecordSink
from peel.services.exchange.ledger import loaders_post

USING = "loader"
DONE, INCOMPLETE, FAILED, INTERRUPTED = 0, 1, 2, 130
_BAR = 30


def main(argv: Sequence[str]) -> int:
    """Run the command. Returns 0 when every row was settled, bad rows quarantined included.

    1: a file could not be taken, or nothing was found. 2: the load stopped before its end; what
    was committed stands, and the next run goes on from there. 130: interrupted, likewise.
    """
    wanted = _parser().parse_args(argv)
    progress = Progress(quiet=wanted.json or wanted.quiet)
    try:
        report = run(wanted.paths, wanted.published or "", wanted.post, progress)
    except (LookupError, DatabaseError, OSError, LedgerBusyError, SignedOut) as error:
        return _stopped(progress, _plain(error), FAILED)
    except KeyboardInterrupt:
        return _stopped(progress, "Interrupted.", INTERRUPTED)
    progress.end()
    print(json.dumps(report.as_json(), indent=2) if wanted.json else report.as_text())
    if not report.balances:
        return FAILED
    return DONE if report.files and not report.refused else INCOMPLETE


def run(
    paths: Sequence[Path], published: str = "", post: UUID | None = None,
    progress: "Progress | None" = None,
) -> Report:  # fmt: skip
    """Load the files under `paths` and return the account.

    `published` is the month in which they were published ("2019-03") where their names do not say;
    `post` the appointment that the loader speaks for, by default the only one with its role.
    Raises LookupError when there is no such post, LedgerBusyError when another loader is at work.
    """
    progress = progress or Progress(quiet=True)
    holder = loaders_post(post)
    ledger = DatabaseLedger(USING, lambda: speaking_as_system(holder.pk, USING))
    try:
        loader = Loader(ledger, RecordSink(USING, holder), progress)
        progress.of(loader)
        report = loader.load(paths, published)
        bulk.fold_tallies()
        ledger.finish(report)
    finally:
        ledger.release_lock()
    return report


def _plain(error: Exception) -> str:
    """Why the load stopped, in plain words."""
    if isinstance(error, LedgerBusyError):
        return "Another load is running. Try again when it has ended."
    if isinstance(error, SignedOut):
        return "The loader's post is not held now: see docs/howto/load-police-uk.md."
    return str(error) if isinstance(error, LookupError) else f"The load stopped: {error}"


def _stopped(progress: "Progress", message: str, code: int) -> int:
    progress.end()
    print(f"{message}\nWhat was loaded before stands; run the same command again.", file=sys.stderr)
    return code


def _month(text: str) -> str:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a month such as 2019-03")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./peel load police-uk",
        description="Load street and outcome files of data.police.uk. Loading again is safe.",
    )
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="files (.csv, .gz, .xz, .zip), folders"
    )
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument(
        "--published", type=_month, metavar="MONTH", help="when they were published"
    )
    parser.add_argument("--post", type=UUID, help="the appointment that the loader speaks for")
    return parser


class Progress:
    """A bar on a terminal, a line every tenth elsewhere; nothing when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet, self._done, self._tenth = quiet, 0, 0
        self._loader: Loader | None = None

    def of(self, loader: Loader) -> None:
        """Follow this loader."""
        self._loader = loader

    def __call__(self, name: str, more: int) -> None:
        """Note that `more` bytes of the file `name` are done."""
        self._done += more
        if self._quiet or self._loader is None:
            return
        share = min(self._done / max(self._loader.expected, 1), 1.0)
        rows = self._loader.report.rows
        if sys.stderr.isatty():
            bar = "█" * int(share * _BAR) + "·" * (_BAR - int(share * _BAR))
            print(f"\r{bar} {share:4.0%} {rows:>11,} rows  {name[:38]:38}", end="", file=sys.stderr)
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            print(f"{share:4.0%} {rows:>11,} rows", file=sys.stderr)

    def end(self) -> None:
        """Leave the line of the bar."""
        if not self._quiet and self._done and sys.stderr.isatty():
            print(file=sys.stderr)
