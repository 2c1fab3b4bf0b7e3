"""The words of Office files from before 2007: Word, Excel and Outlook mail, all compound files.

Read by `extractor.py` alone, within its guard. Source: Microsoft's open specifications [MS-DOC]
(2.5.1, 2.8.35, 2.9.177) and [MS-OXMSG] (2.1, 2.4); Excel is read by xlrd.
"""

import io
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

import olefile
import xlrd

# What is told of a mail, in this order: the number of the property, and what it is called.
_PROPERTIES = {
    "0037": "Subject: ", "0C1A": "From: ", "5D01": "From: ", "0E04": "To: ", "0E03": "Cc: ",
    "1000": "", "1013": "", "3707": "", "3701": "", "3001": "", "39FE": "",
}  # fmt: skip
_STREAM = re.compile(r"__substg1\.0_([0-9A-F]{4})(001E|001F|0102)")
_WORD_97, _ENCRYPTED, _OTHER_TABLE = 0xC1, 0x0100, 0x0200
# What a field of Word would do stands between these; what it shows comes after.
_FIELD = re.compile("\x13[^\x13\x14\x15]*\x14?")


class NotRead(Exception):
    """It is a compound file of another kind."""


def words(content: bytes, attached: Callable[[bytes, str], Iterator[str]]) -> Iterator[str]:
    """The words of a compound file; `attached` reads what hangs on a mail. Raises NotRead, and
    ValueError for what is encrypted or older than 1997.
    """
    with olefile.OleFileIO(io.BytesIO(content)) as held:
        if held.exists("WordDocument"):
            yield from typed(held)
        elif held.exists("Workbook") or held.exists("Book"):
            yield from sheets(content)
        elif held.exists("__properties_version1.0"):
            yield from letter(held, attached)
        else:
            raise NotRead


def typed(held: Any) -> Iterator[str]:
    """The text of a Word document, piece by piece as its table of pieces has it."""
    document = held.openstream("WordDocument").read()
    version, flags = struct.unpack_from("<xxH6xH", document)
    if version < _WORD_97 or flags & _ENCRYPTED:
        raise ValueError
    table = held.openstream("1Table" if flags & _OTHER_TABLE else "0Table").read()
    at, length = struct.unpack_from("<II", document, 0x01A2)
    pieces = _pieces(table[at : at + length])
    count = (len(pieces) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", pieces)
    text = []
    for number in range(count):
        (place,) = struct.unpack_from("<xxIxx", pieces, 4 * (count + 1) + 8 * number)
        letters = ends[number + 1] - ends[number]
        if place & 0x40000000:
            start = (place & 0x3FFFFFFF) // 2
            text.append(document[start : start + letters].decode("cp1252", "replace"))
        else:
            text.append(document[place : place + 2 * letters].decode("utf-16-le", "replace"))
    yield _FIELD.sub("", "".join(text)).replace("\r", "\n").replace("\x07", "\t")


def _pieces(held: bytes) -> bytes:
    """The table of pieces, after what changes of form stand before it. Raises ValueError."""
    at = 0
    while held[at : at + 1] == b"\x01":
        at += 3 + int.from_bytes(held[at + 1 : at + 3], "little")
    if held[at : at + 1] != b"\x02":
        raise ValueError
    return held[at + 5 : at + 5 + int.from_bytes(held[at + 1 : at + 5], "little")]


def sheets(content: bytes) -> Iterator[str]:
    """The cells of a workbook, a line a row."""
    # What it has to say of the file must not get among the words.
    book = xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO())
    for name in book.sheet_names():
        yield f"{name}\n"
        sheet = book.sheet_by_name(name)
        for row in range(sheet.nrows):
            yield "\t".join(_cell(cell, book.datemode) for cell in sheet.row(row)) + "\n"
        book.unload_sheet(name)


def _cell(cell: Any, counted_from: int) -> str:
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value == int(cell.value):
        return str(int(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return str(xlrd.xldate_as_datetime(cell.value, counted_from))
    return str(cell.value) if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER) else ""


def letter(held: Any, attached: Callable[[bytes, str], Iterator[str]]) -> Iterator[str]:
    """Who wrote to whom, what about, and what; then what hangs on it, letters in it included."""
    order = list(_PROPERTIES)
    found = []
    for path in held.listdir():
        name = _STREAM.fullmatch(path[-1])
        if name and name[1] in _PROPERTIES:
            found.append((len(path), path[:-1], order.index(name[1]), name[2], path))
    for _, _, place, form, path in sorted(found):
        content = held.openstream(path).read()
        if form == "0102":
            yield from attached(content, "text/html" if order[place] == "1013" else "")
        else:
            yield _PROPERTIES[order[place]]
            yield content.decode("utf-16-le" if form == "001F" else "cp1252", "replace")
        yield "\n"
