"""Loads a gazetteer's addresses: every row is taken or stands in the ledger of refusals."""

import csv
import gzip
import hashlib
import lzma
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from peel.kernel.base import clock
from peel.kernel.places import addresses, coordinates, gazetteer
from peel.kernel.places.models import GazetteerLoad
from peel.migration.places.features import BadFileError

USING = "loader"
BATCH = 20_000
PARTS = ("saon", "paon", "street", "locality", "town", "administrative_area")
POINT = ("easting", "northing", "longitude", "latitude")
COLUMNS = ("uprn", "usrn", *PARTS, "postcode", *POINT)
KEYS = ("postcode_key", "street_key", "number_key", "unit_key")
_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open}
_STAGE = ("line", *COLUMNS, *KEYS)
_KEPT = ", ".join((*COLUMNS[1:], *KEYS))
# The first row of a UPRN is the one that is taken.
_TWICE = """
delete from places_gazetteerstaged s using (
  select line, first_value(line) over (partition by uprn order by line) as first
  from places_gazetteerstaged) d
where d.line = s.line and d.first < s.line returning s.line, d.first, s.uprn
"""
_MERGE = f"""
with merged as (
  insert into places_gazetteeraddress as a (uprn, {_KEPT})
  select uprn, {_KEPT} from places_gazetteerstaged
  on conflict (uprn) do update set ({_KEPT}) =
    ({", ".join(f"excluded.{name}" for name in (*COLUMNS[1:], *KEYS))})
  where ({", ".join(f"a.{name}" for name in COLUMNS[1:])}) is distinct from
    ({", ".join(f"excluded.{name}" for name in COLUMNS[1:])})
  returning xmax = 0 as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from merged
"""
_WITHDRAW = """
delete from places_gazetteeraddress a
where not exists (select from places_gazetteerstaged s where s.uprn = a.uprn)
"""


@dataclass(frozen=True)
class Refusal:
    """A row that is not taken: the field that is to blame, why, and what it said."""

    line: int
    field: str
    reason: str
    value: str = ""


def load(path: Path, *, source: str = "", whole: bool = False, using: str = USING) -> GazetteerLoad:
    """Load a CSV file and return the account; a row that stands so already counts as the same.

    `whole`: what the file leaves out is withdrawn. One transaction: wholly or not at all.
    Raises BadFileError when the file as such cannot be taken.
    """
    account = GazetteerLoad(file_name=path.name[:200], source=source, began_at=clock.now())
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # Two loads take turns: both would fill the same closed table.
        cursor.execute("lock table places_gazetteerstaged in share row exclusive mode")
        cursor.execute("delete from places_gazetteerstaged")
        with _opened(path) as lines:
            refusals = list(_stage(cursor, csv.reader(lines), account))
        account.sha256 = lines.digest()
        cursor.execute(_TWICE)
        refusals += [
            Refusal(line, "uprn", f"row {first} has this UPRN already", str(number))
            for line, first, number in cursor.fetchall()
        ]
        cursor.execute(_MERGE)
        account.added, account.changed = cursor.fetchone()
        if whole:
            cursor.execute(_WITHDRAW)
            account.withdrawn = cursor.rowcount
        cursor.execute("delete from places_gazetteerstaged")
        account.refused = len(refusals)
        account.same = account.rows - account.refused - account.added - account.changed
        account.ended_at = clock.now()
        account.save(using=using)
        _keep(cursor, account, refusals)
    return account


def as_text(account: GazetteerLoad, using: str = USING) -> str:
    """The account in a few lines, with the first rows that were refused."""
    lines = [
        f"{account.file_name}: {account.rows:,} rows: {account.added:,} added,"
        f" {account.changed:,} changed, {account.same:,} the same, {account.refused:,} refused"
        + (f"; {account.withdrawn:,} withdrawn." if account.withdrawn else ".")
    ]
    first = account.refusals.using(using).order_by("line")[:10]
    lines += [f"  row {one.line}, {one.field}: {one.reason} ({one.value})" for one in first]
    if account.refused > len(first):
        lines.append(f"  … all of them in places_gazetteerrefusal, load {account.pk}")
    return "\n".join(lines)


class _Hashed:
    """The lines of a file, hashed as they are read."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle, self._hash = handle, hashlib.sha256()

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._handle):
            self._hash.update(line)
            # A byte that is no UTF-8 is that row's own trouble.
            yield line.decode("utf-8-sig" if number == 0 else "utf-8", "replace")

    def digest(self) -> str:
        """The hash of what was read."""
        return self._hash.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[_Hashed]:
    """The lines of a plain or packed file. Raises BadFileError when it breaks off or is no CSV."""
    try:
        with _OPENERS.get(path.suffix, open)(path, "rb") as handle:
            yield _Hashed(handle)
    except (OSError, EOFError, lzma.LZMAError, csv.Error) as error:
        raise BadFileError(f"{path.name} cannot be read as CSV: {error}") from None


def _stage(cursor: Any, rows: Iterator[list[str]], account: GazetteerLoad) -> Iterator[Refusal]:
    """Copy the good rows into the closed table; gives the bad ones."""
    heading = [cell.strip().lower() for cell in next(rows, [])]
    places = {name: heading.index(name) for name in COLUMNS if name in heading}
    if missing := {"uprn", "paon", "street", "postcode"} - places.keys():
        raise BadFileError(f"The first row does not name {', '.join(sorted(missing))}.")
    statement = f"copy places_gazetteerstaged ({', '.join(_STAGE)}) from stdin"
    number = 1
    while batch := list(islice(rows, BATCH)):
        taken, points = [], []
        for cells in batch:
            number += 1
            if not cells:
                continue
            account.rows += 1
            said = {name: cells[at].strip() for name, at in places.items() if at < len(cells)}
            try:
                if len(cells) != len(heading):
                    raise ValidationError({"row": f"has {len(cells)} cells, not {len(heading)}"})
                taken.append((number, *_parts(said)))
                points.append(_point(said))
            except ValidationError as problem:
                del taken[len(points) :]
                ((field, messages),) = problem.message_dict.items()
                yield Refusal(number, field, messages[0], said.get(field, ""))
        placed = _placed(points)
        with cursor.copy(statement) as copy:
            for one, given, point in zip(taken, points, placed, strict=True):
                if point is None:
                    said_there = ", ".join(f"{number:g}" for number in given[1:]) if given else ""
                    yield Refusal(one[0], "easting", "outside Great Britain", said_there)
                    continue
                copy.write_row((*one[:-4], *point, *one[-4:]))


def _parts(said: Mapping[str, str]) -> tuple[Any, ...]:
    """UPRN, USRN, the parts, the postcode and the keys. Raises ValidationError by field."""
    for name, text in said.items():
        if "\x00" in text or "�" in text:
            raise ValidationError({name: "has a character that cannot be read"})
        if len(text) > 100:
            raise ValidationError({name: "has more than 100 characters"})
    number = _checked("uprn", said.get("uprn", ""), addresses.uprn)
    street = said.get("usrn", "") and _checked("usrn", said["usrn"], addresses.usrn)
    code = said.get("postcode", "") and _checked("postcode", said["postcode"], addresses.postcode)
    parts = {name: " ".join(said.get(name, "").split()) for name in PARTS}
    if not (parts["paon"] or parts["saon"]):
        raise ValidationError({"paon": "has no house number or name"})
    searched = {name: value for name, value in parts.items() if name != "administrative_area"}
    found = gazetteer.keys(postcode=code, **searched)
    return int(number), street, *parts.values(), code, *found


def _checked(field: str, text: str, check: Callable[[str], str]) -> str:
    try:
        return check(text)
    except ValidationError as problem:
        raise ValidationError({field: problem.messages[0]}) from None


Given = tuple[str, float, float] | None


def _point(said: Mapping[str, str]) -> Given:
    """Which pair of coordinates the row has, if one. Raises ValidationError by field."""
    for kind, (first, second) in (("grid", POINT[:2]), ("world", POINT[2:])):
        one, other = said.get(first, ""), said.get(second, "")
        if not (one or other):
            continue
        numbers = []
        for name, text in ((first, one), (second, other)):
            try:
                numbers.append(float(text))
            except ValueError:
                raise ValidationError({name: "is not a number"}) from None
        return kind, *numbers  # type: ignore[return-value]
    return None


Placed = tuple[float | None, float | None, float | None, float | None]


def _placed(points: list[Given]) -> list[Placed | None]:
    """Easting, northing, longitude and latitude of each; None for one outside Great Britain."""
    found: list[Placed | None] = [(None, None, None, None)] * len(points)
    for kind, convert in (("grid", coordinates.many_to_world), ("world", coordinates.many_to_grid)):
        at = [place for place, point in enumerate(points) if point and point[0] == kind]
        given = np.array([points[place][1:] for place in at], dtype=np.float64).reshape(-1, 2)  # type: ignore[index]
        if not at:
            continue
        made = np.column_stack(convert(given[:, 0], given[:, 1]))
        both = np.hstack([given, made] if kind == "grid" else [made, given])
        for place, row in zip(at, both.tolist(), strict=True):
            inside = all(map(np.isfinite, row)) and coordinates.square(row[0], row[1])
            found[place] = tuple(row) if inside else None
    return found


def _keep(cursor: Any, account: GazetteerLoad, refusals: list[Refusal]) -> None:
    statement = "copy places_gazetteerrefusal (load_id, line, field, reason, value) from stdin"
    with cursor.copy(statement) as copy:
        for one in refusals:
            plain = one.value.replace("\x00", "")[:100]
            copy.write_row((account.pk, one.line, one.field, one.reason[:200], plain))
