"""`./peel load areas FILE` and `./peel load gazetteer FILE`."""

import argparse
import datetime
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import DatabaseError

from peel.kernel.places.models import AreaKind
from peel.migration.places import areas, gazetteer
from peel.migration.places.features import BadFileError, Names

DONE, FAILED = 0, 1
_SHOWN = 20


def load_areas(argv: Sequence[str]) -> int:
    """Load areas from GeoJSON. Returns 0 when they stand, 1 when the file was refused."""
    given = _areas_parser().parse_args(argv)
    wanted = areas.Wanted(
        given.file, AreaKind(given.kind), given.valid_from, given.area_set,
        given.source, given.licence, Names(given.code_property, given.name_property),
    )  # fmt: skip
    return _run(lambda: areas.load(wanted).as_text(), given.file)


def load_gazetteer(argv: Sequence[str]) -> int:
    """Load addresses from CSV. Returns 0 when the file was taken, rows refused or not."""
    parser = argparse.ArgumentParser(
        prog="./peel load gazetteer",
        description="Load addresses from CSV (.csv, .gz, .xz). Again is safe.",
        epilog=f"Columns, in any order: {', '.join(gazetteer.COLUMNS)}.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--source", default="", help="who published them")
    parser.add_argument(
        "--whole", action="store_true", help="withdraw every address that the file leaves out"
    )
    given = parser.parse_args(argv)

    def act() -> str:
        return gazetteer.as_text(gazetteer.load(given.file, source=given.source, whole=given.whole))

    return _run(act, given.file)


def _run(act: Callable[[], str], path: Path) -> int:
    try:
        print(act())
    except BadFileError as refused:
        print(f"{path.name} was not loaded; nothing changed.", file=sys.stderr)
        for problem in refused.problems[:_SHOWN]:
            print(f"  {problem}", file=sys.stderr)
        if len(refused.problems) > _SHOWN:
            print(f"  … and {len(refused.problems) - _SHOWN} more.", file=sys.stderr)
        return FAILED
    except DatabaseError as error:
        print(f"The load stopped, nothing changed: {error}", file=sys.stderr)
        return FAILED
    return DONE


def _areas_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./peel load areas",
        description="Load an edition of areas from GeoJSON (.geojson, .gz, .xz). Again is safe.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--kind", required=True, choices=AreaKind.values, help="what they are")
    parser.add_argument(
        "--from", dest="valid_from", required=True, type=_day, metavar="DATE",
        help="the first day on which they hold, 2024-05-02",
    )  # fmt: skip
    parser.add_argument(
        "--set", dest="area_set", default="", type=_set, metavar="NAME",
        help="what they belong to, where a kind has several sets: london-wards",
    )  # fmt: skip
    parser.add_argument("--source", default="", help="who published them")
    parser.add_argument("--licence", default="", help="under which licence")
    parser.add_argument("--code-property", default="", metavar="NAME", help="usually found")
    parser.add_argument("--name-property", default="", metavar="NAME", help="usually found")
    return parser


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2024-05-02") from None


def _set(text: str) -> str:
    if text and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", text):
        raise argparse.ArgumentTypeError("small letters, figures and hyphens, such as london-wards")
    return text
