"""XLSX as it is made: sheets of plain XML, zipped while they are written and never held whole.

Text is written in place (inline strings), so no table of strings grows with the rows. Office Open
XML, ECMA-376, part 1: a sheet holds 1,048,576 rows, a cell 32,767 characters.
"""

import datetime
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import IO, Any, ClassVar
from xml.sax.saxutils import escape, quoteattr

from peel.kernel.base.spreadsheets.writing import Cell, local, runs

ROWS = 1_000_000
BYTES = 1_500_000_000
LONGEST = 32_767
_FIRST_DAY = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no zones
_COUNTED = datetime.datetime(1900, 3, 1)  # noqa: DTZ001 - before it Excel's calendar is wrong
_PLAIN = re.compile(r"[ !#-%'-;=?-^`-~\xa0-퟿]*")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-�\U00010000-\U0010ffff]")
_COLUMN = '<col min="1" max="{}" width="22" customWidth="1"/>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
# Styles by number: 0 plain, 1 text that is never run, 2 a day, 3 a moment, 4 a heading.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"'
    '/><numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm"/></numFmts><fonts count="2"><font/>'
    '<font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="5"><xf xfId="0"/>'
    '<xf xfId="0" quotePrefix="1"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="165" applyNumberFormat="1"/>'
    '<xf xfId="0" fontId="1" applyFont="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class _Sink:
    """Takes what the zip writes and gives it on. It cannot go back, so the zip never does."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: Any) -> int:
        """Take some bytes."""
        self.parts.append(bytes(data))
        return len(self.parts[-1])

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


class XLSXWriter:
    """A workbook: the rows, and a last sheet that says what they are."""

    suffix: ClassVar[str] = "xlsx"
    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self) -> None:
        made: Any = _Sink()
        self._sink: _Sink = made
        self._zip = zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._names: list[str] = []
        self._sheet: IO[bytes] | None = None
        self._title, self._headings = "", [""]
        self._in_sheet = self._bytes = 0

    def head(self, title: str, headings: list[str]) -> bytes:
        """The styles, and the first sheet with its headings."""
        self._title, self._headings = title, headings
        self._part("xl/styles.xml", _STYLES)
        self._begin(title)
        return self._sink.take()

    def rows(self, rows: list[list[Cell]]) -> bytes:
        """Some rows; a sheet that is full is followed by another."""
        if self._in_sheet + len(rows) > ROWS or self._bytes > BYTES:
            self._end()
            self._begin(f"{self._title} {len(self._names) + 1}")
        self._in_sheet += len(rows)
        self._write(_rows(rows))
        return self._sink.take()

    def tail(self, about: Iterable[tuple[str, str]], marking: str) -> bytes:
        """The marking for the head of printed pages, the last sheet, and the workbook."""
        self._end(marking)
        self._headings = ["About this export", ""]
        self._begin("About this export")
        self._write(_rows([list(pair) for pair in about]))
        self._end(marking)
        self._workbook()
        self._zip.close()
        return self._sink.take()

    def __del__(self) -> None:
        # A workbook that was broken off: its sheet is shut before the zip is.
        if self._sheet:
            self._sheet.close()

    def _begin(self, name: str) -> None:
        self._names.append(re.sub(r"[\[\]:*?/\\']", " ", name)[:31])
        self._sheet = self._zip.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w")
        self._in_sheet = self._bytes = 0
        headings = "".join(cell(text, 4) for text in self._headings)
        self._write(
            f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
            f"</sheetViews><cols>{_COLUMN.format(len(self._headings))}</cols><sheetData>"
            f"<row>{headings}</row>"
        )

    def _end(self, marking: str = "") -> None:
        head = f"<headerFooter><oddHeader>&amp;C{escape(marking)}</oddHeader></headerFooter>"
        self._write(f"</sheetData>{head if marking else ''}</worksheet>")
        if self._sheet:
            self._sheet.close()

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        self._bytes += len(data)
        if self._sheet:
            self._sheet.write(data)

    def _part(self, name: str, content: str) -> None:
        self._zip.writestr(name, _DECLARED + content)

    def _workbook(self) -> None:
        numbers = range(1, len(self._names) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>'
            for n, name in enumerate(self._names, start=1)
        )
        book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
        self._part("xl/workbook.xml", book)
        to = '<Relationship Id="{}" Type="{}/{}" Target="{}"/>'.format
        links = [to(f"r{n}", _OFFICE, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        links.append(to("s", _OFFICE, "styles", "styles.xml"))
        self._links("xl/_rels/workbook.xml.rels", links)
        self._links("_rels/.rels", [to("b", _OFFICE, "officeDocument", "xl/workbook.xml")])
        kinds = [("workbook", "sheet.main"), ("styles", "styles")]
        kinds += [(f"worksheets/sheet{n}", "worksheet") for n in numbers]
        parts = "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{_KIND}{kind}+xml"/>'
            for part, kind in kinds
        )
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        self._part(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            f'"{rels}"/><Default Extension="xml" ContentType="application/xml"/>{parts}</Types>',
        )

    def _links(self, name: str, links: list[str]) -> None:
        text = "".join(links)
        self._part(name, f'<Relationships xmlns="{_PACKAGE}/relationships">{text}</Relationships>')


def _rows(rows: list[list[Cell]]) -> str:
    return "".join(["<row>" + "".join(map(cell, row)) + "</row>" for row in rows])


def cell(value: Cell, style: int = 0) -> str:
    """One cell: text as text, whatever it begins with; numbers and dates as themselves."""
    if isinstance(value, datetime.date):
        return _date(value)
    if isinstance(value, int | Decimal | float) and -(10**15) < value < 10**15:
        return f"<c><v>{value}</v></c>"
    if value is None or value == "":
        return "<c/>"
    text = str(value)
    if not style and runs(text):
        style = 1
    if not _PLAIN.fullmatch(text) or len(text) > LONGEST:
        text = _escaped(text[:LONGEST])
    marked = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{marked}><is><t xml:space="preserve">{text}</t></is></c>'


def _date(value: datetime.date) -> str:
    exact = isinstance(value, datetime.datetime)
    moment = local(value) if isinstance(value, datetime.datetime) else value
    whole = moment if isinstance(moment, datetime.datetime) else _midnight(moment)
    if whole < _COUNTED:
        return cell(moment.isoformat())
    since = whole - _FIRST_DAY
    return f'<c s="{3 if exact else 2}"><v>{since.days + since.seconds / 86400}</v></c>'


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - sheets know no zones


def _escaped(text: str) -> str:
    text = _NOT_XML.sub("�", text).replace("_x", "_x005F_x")
    return escape(text, {"\r": "_x000D_"})
