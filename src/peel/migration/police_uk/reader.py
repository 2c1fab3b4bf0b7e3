"""Reads published street and outcome files row by row and says of a bad row what is wrong with it.

A row is a line: the publisher never breaks one, so a stray quotation mark can spoil only its own
row and never the rest of the file.
"""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from peel.migration.police_uk.files import CHUNK, Source, UnreadableError
from peel.modules.investigation.api import outcome_texts, source_categories

LONGEST_LINE = 64 * 1024
LONGEST_FIELD = 255
LONGEST_FORCE = 80
LARGEST_FILE = 4 << 30

PLACE = ("Longitude", "Latitude", "Location", "LSOA code", "LSOA name")
COMMON = ("Crime ID", "Month", "Reported by", "Falls within", *PLACE)
STREET = (*COMMON, "Crime type", "Last outcome category", "Context")
OUTCOMES = (*COMMON, "Outcome type")
STOP_AND_SEARCH = ("Type", "Date", "Part of a policing operation")
CRIME_ID, MONTH, FORCE, _, LONGITUDE, LATITUDE, LOCATION, LSOA, LSOA_NAME = range(9)
TYPE, LAST_OUTCOME, CONTEXT = 9, 10, 11

_MONTH = re.compile(r"(?:20[1-9]\d)-(?:0[1-9]|1[0-2])", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?", re.ASCII)
_CRIME_ID = re.compile(r"[0-9a-f]{64}")
# England, Wales and Northern Ireland with their waters; also keeps (0, 0) out.
WEST, EAST, SOUTH, NORTH = -9.0, 2.5, 49.0, 61.5


class Kind(StrEnum):
    """What a file holds."""

    STREET = "street"
    OUTCOMES = "outcomes"


class Reason(StrEnum):
    """Why a row is quarantined; the value is what is printed and stored."""

    UNDECODABLE = "not UTF-8 text"
    CONTROL = "control character"
    TOO_LONG = "field too long"
    QUOTES = "broken quotation marks"
    COLUMNS = "wrong number of columns"
    CRIME_ID = "bad Crime ID"
    MONTH = "bad month"
    FORCE = "no force"
    COORDINATES = "bad coordinates"
    OUT_OF_RANGE = "coordinates out of range"
    CATEGORY = "unknown crime type"
    OUTCOME = "unknown outcome"
    TRUNCATED = "cut short"
    NO_SUCH_CRIME = "no such crime"
    FILE = "file not taken"


class Row(NamedTuple):
    """A good row: its line number in the file (the heading is line 1) and its trimmed fields."""

    line: int
    fields: tuple[str, ...]
    raw: bytes


class BadRow(NamedTuple):
    """A row that cannot be taken, with the reason and as many of its bytes as are kept."""

    line: int
    reason: Reason
    detail: str
    raw: bytes
    size: int


class BadRowError(Exception):
    """Raised inside the parsing of one row."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Inspected:
    """A file that was read once from end to end: what it holds, and the fingerprint of its bytes.

    `kind` is None for a stop and search file, which this loader passes over.
    """

    source: Source
    sha256: str
    size: int
    kind: Kind | None
    month: str


def inspect(source: Source) -> Inspected:
    """Read the whole file once. Raises UnreadableError where it cannot be taken as a whole."""
    digest, size = hashlib.sha256(), 0
    with source.open() as handle:
        first, second = handle.readline(LONGEST_LINE), handle.readline(LONGEST_LINE)
        chunk = first + second
        while chunk:
            digest.update(chunk)
            size += len(chunk)
            if size > LARGEST_FILE:
                raise UnreadableError(f"it is larger than {LARGEST_FILE >> 30} GiB")
            chunk = handle.read(CHUNK)
    kind = _kind(first)
    month = _MONTH.match(source.name)
    return Inspected(source, digest.hexdigest(), size, kind, month[0] if month else _month(second))


def _kind(heading: bytes) -> Kind | None:
    """What a file with this heading holds. Raises UnreadableError for a heading of neither kind."""
    if not heading:
        raise UnreadableError("it is empty")
    try:
        names = tuple(name.strip() for name in _split(heading.decode("utf-8-sig").strip("\r\n")))
    except (UnicodeDecodeError, BadRowError):
        raise UnreadableError("its first line is not a heading of text") from None
    if names[: len(STOP_AND_SEARCH)] == STOP_AND_SEARCH:
        return None
    if kind := {STREET: Kind.STREET, OUTCOMES: Kind.OUTCOMES}.get(names):
        return kind
    headings: tuple[tuple[str, ...], ...] = (STREET, OUTCOMES)
    wanted = min(headings, key=lambda columns: len(set(columns) ^ set(names)))
    if missing := [column for column in wanted if column not in names]:
        raise UnreadableError(f"its heading lacks the column {', '.join(missing)}")
    raise UnreadableError("its heading has other columns, or in another order, than published")


def _month(line: bytes) -> str:
    """The month that a row names, or none: only to put files in order."""
    cells = line.split(b",", 2)
    text = cells[1].decode("ascii", "replace") if len(cells) > 1 else ""
    return text if _MONTH.fullmatch(text) else ""


def rows(handle: BinaryIO, kind: Kind) -> Iterator[Row | BadRow]:
    """Every row after the heading. Empty lines are no rows."""
    handle.readline(LONGEST_LINE)
    parse = Parser(kind)
    line = 1
    while raw := handle.readline(LONGEST_LINE):
        line += 1
        size, ended = len(raw), raw.endswith(b"\n")
        if size == LONGEST_LINE and not ended:
            size += _skip(handle)
            yield BadRow(line, Reason.TOO_LONG, f"the line has {size:,} bytes", raw, size)
            continue
        raw = raw.rstrip(b"\r\n")
        if not raw:
            continue
        try:
            yield Row(line, parse(raw), raw)
        except BadRowError as bad:
            if ended:
                yield BadRow(line, bad.reason, bad.detail, raw, size)
            else:
                detail = f"the file ends within the row: {bad.reason} {bad.detail}".rstrip()
                yield BadRow(line, Reason.TRUNCATED, detail, raw, size)


def _skip(handle: BinaryIO) -> int:
    """Pass over the rest of an oversized line; returns how long it was."""
    passed = 0
    while rest := handle.readline(LONGEST_LINE):
        passed += len(rest)
        if rest.endswith(b"\n"):
            break
    return passed


def _split(text: str) -> list[str]:
    """The fields of one line. Raises BadRowError where its quotation marks do not pair."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error:
        raise BadRowError(Reason.QUOTES) from None


class Parser:
    """Turns the bytes of a line into checked fields; remembers what it has already found good."""

    def __init__(self, kind: Kind) -> None:
        self._columns = len(STREET if kind is Kind.STREET else OUTCOMES)
        self._street = kind is Kind.STREET
        self._categories = source_categories()
        self._outcomes = outcome_texts()
        self._months: set[str] = set()
        self._forces: set[str] = set()
        self._places: set[tuple[str, str]] = {("", "")}

    def __call__(self, raw: bytes) -> tuple[str, ...]:
        """The fields of the line. Raises BadRowError where the row cannot be taken."""
        fields = tuple(map(str.strip, _split(_text(raw))))
        if len(fields) != self._columns:
            detail = f"{len(fields)} instead of {self._columns}"
            raise BadRowError(Reason.COLUMNS, detail)
        if len(raw) > LONGEST_FIELD and max(map(len, fields)) > LONGEST_FIELD:
            raise BadRowError(Reason.TOO_LONG, f"more than {LONGEST_FIELD} characters")
        if fields[CRIME_ID]:
            if not _CRIME_ID.fullmatch(fields[CRIME_ID]):
                fields = self._crime_id(fields)
        elif not self._street:
            raise BadRowError(Reason.CRIME_ID, "an outcome without Crime ID")
        if fields[MONTH] not in self._months:
            self._month(fields[MONTH])
        if fields[FORCE] not in self._forces:
            self._force(fields[FORCE])
        if (fields[LONGITUDE], fields[LATITUDE]) not in self._places:
            self._place(fields[LONGITUDE], fields[LATITUDE])
        self._words(fields)
        return fields

    @staticmethod
    def _crime_id(fields: tuple[str, ...]) -> tuple[str, ...]:
        lowered = fields[CRIME_ID].lower()
        if not _CRIME_ID.fullmatch(lowered):
            raise BadRowError(Reason.CRIME_ID, "it is not 64 hexadecimal digits")
        return (lowered, *fields[1:])

    def _month(self, month: str) -> None:
        if not _MONTH.fullmatch(month):
            raise BadRowError(Reason.MONTH, _shown(month))
        self._months.add(month)

    def _force(self, force: str) -> None:
        if not force:
            raise BadRowError(Reason.FORCE)
        if len(force) > LONGEST_FORCE:
            raise BadRowError(Reason.TOO_LONG, f"a force of more than {LONGEST_FORCE} characters")
        self._forces.add(force)

    def _place(self, longitude: str, latitude: str) -> None:
        """Check a pair of coordinates: both or neither, plain numbers, within the country."""
        if not (_NUMBER.fullmatch(longitude) and _NUMBER.fullmatch(latitude)):
            raise BadRowError(Reason.COORDINATES, f"{_shown(longitude)}, {_shown(latitude)}")
        if not (WEST <= float(longitude) <= EAST and SOUTH <= float(latitude) <= NORTH):
            raise BadRowError(Reason.OUT_OF_RANGE, f"{longitude}, {latitude}")
        if len(self._places) < 200_000:
            self._places.add((longitude, latitude))

    def _words(self, fields: tuple[str, ...]) -> None:
        """Check the crime type and the outcome against the published vocabulary."""
        outcome = fields[TYPE]
        if self._street:
            if fields[TYPE] not in self._categories:
                raise BadRowError(Reason.CATEGORY, _shown(fields[TYPE]))
            outcome = fields[LAST_OUTCOME]
            if not outcome:
                return
        if outcome not in self._outcomes:
            raise BadRowError(Reason.OUTCOME, _shown(outcome))


def _text(raw: bytes) -> str:
    """The line as text without control characters."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadRowError(Reason.UNDECODABLE, f"byte {error.start + 1}") from None
    if not text.isprintable():
        for place, character in enumerate(text, 1):
            # Spaces of other widths are harmless, everything else unprintable is not.
            if not character.isprintable() and unicodedata.category(character) != "Zs":
                detail = f"U+{ord(character):04X} at character {place}"
                raise BadRowError(Reason.CONTROL, detail)
    return text


def _shown(value: str) -> str:
    """A wrong value as a message shows it: quoted, and not longer than a line bears."""
    return f"“{value[:60]}…”" if len(value) > 60 else f"“{value}”"
