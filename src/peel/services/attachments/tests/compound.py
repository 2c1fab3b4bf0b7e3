"""Files of Office from before 2007, made by hand: small, and nothing but what is told of them."""

import struct
from collections.abc import Mapping

_SECTOR, _END, _FREE, _TABLE, _NONE = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
# What is shorter would stand in sectors of its own size ([MS-CFB] 2.3).
_LEAST = 4096


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of streams by path ("folder/stream"), with one level of folders."""
    entries: list[list[object]] = [["Root Entry", _ROOT, _NONE, _NONE, _END, 0]]
    kept: list[bytes] = []
    folders: dict[str, int] = {}
    last: dict[int, int] = {}

    def enter(name: str, kind: int, parent: int, start: int, size: int) -> int:
        entries.append([name, kind, _NONE, _NONE, start, size])
        # Those of a folder hang on one another to the right; the first is its child.
        before = last.get(parent)
        entries[parent if before is None else before][2 if before is None else 3] = len(entries) - 1
        last[parent] = len(entries) - 1
        return len(entries) - 1

    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        if folder and folder not in folders:
            folders[folder] = enter(folder, _STORAGE, 0, 0, 0)
        held = content.ljust(_LEAST, b"\0")
        enter(name, _STREAM, folders.get(folder, 0), sum(map(len, kept)) // _SECTOR, len(held))
        kept.append(held.ljust(-(-len(held) // _SECTOR) * _SECTOR, b"\0"))
    return _laid_out(entries, kept)


def _laid_out(entries: list[list[object]], kept: list[bytes]) -> bytes:
    """The header, the streams, the directory and, last, the table of sectors."""
    table: list[int] = []
    for content in kept:
        table += [*range(len(table) + 1, len(table) + len(content) // _SECTOR), _END]
    directory = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    first = len(table)
    table += [*range(first + 1, first + len(directory) // _SECTOR), _END]
    tables = -(-(len(table) + 1) // (_SECTOR // 4 - 1))
    where = [len(table) + number for number in range(tables)]
    table += [_TABLE] * tables
    table += [_FREE] * (tables * _SECTOR // 4 - len(table))
    header = struct.pack(
        "<8s16x5H6x10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, tables,
        first, 0, _LEAST, _END, 0, _END, 0, where[0],
    )  # fmt: skip
    header += b"".join(struct.pack("<I", number) for number in where[1:])
    return b"".join([header.ljust(_SECTOR, b"\xff"), *kept, directory,
                     struct.pack(f"<{len(table)}I", *table)])  # fmt: skip


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    letters = f"{name}\0".encode("utf-16-le")
    return struct.pack("<64sHBB3I36xIQ", letters, len(letters), kind, 1, _NONE, right, child,
                       start, size)  # fmt: skip


def word(text: str, unicode: bool = False) -> bytes:
    """A Word document ([MS-DOC]): its header, one piece of text, and the table of pieces."""
    at, letters = 1024, text.encode("utf-16-le" if unicode else "cp1252")
    place = at if unicode else at * 2 | 0x40000000
    pieces = struct.pack("<IIHIH", 0, len(text), 0, place, 0)
    clx = b"\x01\x02\0ab\x02" + struct.pack("<I", len(pieces)) + pieces
    header = bytearray(at)
    struct.pack_into("<HH6xH", header, 0, 0xA5EC, 0xC1, 0x0200)
    struct.pack_into("<II", header, 0x01A2, 0, len(clx))
    return compound({"WordDocument": bytes(header) + letters, "1Table": clx})


def workbook(*rows: tuple[str | float, ...]) -> bytes:
    """An Excel workbook of one sheet ([MS-XLS] 2.4: BOF, BoundSheet8, Label, Number, EOF)."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    cells = b""
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            head = struct.pack("<HHH", y, x, 0)
            if isinstance(cell, str):
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                cells += record(0x0204, head + text)
            else:
                cells += record(0x0203, head + struct.pack("<d", cell))
    begins = struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 6)
    name = b"\x05\0Calls"
    before = len(record(0x0809, begins)) + len(record(0x0085, bytes(6) + name)) + len(record(0x0A))
    book = record(0x0809, begins) + record(0x0085, struct.pack("<IH", before, 0) + name)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 1997, 0, 6)) + cells
    return compound({"Workbook": book + record(0x0A) + sheet + record(0x0A)})


def outlook(subject: str, body: str, attached: bytes, name: str) -> bytes:
    """A mail of Outlook ([MS-OXMSG]) with one thing attached."""
    return compound({
        "__properties_version1.0": b"",
        "__substg1.0_1000001F": body.encode("utf-16-le"),
        "__substg1.0_0C1A001E": b"Ann Example",
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__attach_version1.0_#00000000/__substg1.0_3707001F": name.encode("utf-16-le"),
        "__attach_version1.0_#00000000/__substg1.0_37010102": attached,
    })  # fmt: skip
