"""How a file is written: CSV, and what both forms share. Text that a sheet would run is defused."""

import csv
import datetime
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

Cell = str | int | float | Decimal | datetime.date | None
LONDON = ZoneInfo("Europe/London")
# What Excel, LibreOffice or Sheets may take for the beginning of a formula, full width included.
_RUNS = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")


class Writer(Protocol):
    """Writes one file piece by piece; nothing that was given is kept."""

    suffix: ClassVar[str]
    media_type: ClassVar[str]

    def head(self, title: str, headings: list[str]) -> bytes:
        """The beginning."""
        ...

    def rows(self, rows: list[list[Cell]]) -> bytes:
        """Some rows."""
        ...

    def tail(self, about: Iterable[tuple[str, str]], marking: str) -> bytes:
        """The end: what the file is, and its marking."""
        ...


def runs(text: str) -> bool:
    """Whether a program that opens a file might run this text as a formula."""
    return _RUNS.match(text) is not None


def local(moment: datetime.datetime) -> datetime.datetime:
    """A moment as London's clocks show it, without a zone."""
    return moment.astimezone(LONDON).replace(tzinfo=None) if moment.tzinfo else moment


class CSVWriter:
    """CSV in UTF-8 with a mark that Excel knows it by. Its last lines begin with "#"."""

    suffix: ClassVar[str] = "csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8"

    def head(self, title: str, headings: list[str]) -> bytes:
        """The mark, and the headings."""
        return b"\xef\xbb\xbf" + self.rows([list(headings)])

    def rows(self, rows: Iterable[Iterable[Cell]]) -> bytes:
        """Some rows, text defused by an apostrophe before it."""
        out = io.StringIO()
        csv.writer(out).writerows([[_cell(cell) for cell in row] for row in rows])
        return out.getvalue().encode("utf-8", "replace")

    def tail(self, about: Iterable[tuple[str, str]], marking: str) -> bytes:
        """What the file is, as remarks."""
        return self.rows([[], *([f"# {name}", value] for name, value in about)])


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return f"'{cell}" if runs(cell) else cell
    if isinstance(cell, datetime.datetime):
        return local(cell).isoformat(" ", "minutes")
    return cell
