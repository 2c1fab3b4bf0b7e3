"""Reads a CSV file of rows, as spreadsheets and other systems write them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from peel.kernel.base.spreadsheets.writing import runs
from peel.services.exchange.ledger import digest
from peel.services.exchange.running import Row
from peel.services.exchange.shapes import KEY, KEY_LABEL, Column

MOST_BYTES = 64 * 1024 * 1024
MOST_CELL = 10_000
_SEPARATORS = ",;\t|"
# What other systems call a column, beside the form's own label.
_ALSO = {
    "key": KEY, "id": KEY, "ref": KEY, "reference": KEY, "externalid": KEY, "yourkey": KEY,
    "surname": "family_name", "lastname": "family_name", "forename": "given_names",
    "forenames": "given_names", "firstname": "given_names", "firstnames": "given_names",
    "givenname": "given_names", "dob": "date_of_birth", "dateofbirth": "date_of_birth",
    "birthdate": "date_of_birth", "gender": "sex",
}  # fmt: skip


class Unreadable(Exception):
    """A file that is no table; the message says why in plain words."""


class Table:
    """The rows of a CSV file. Raises Unreadable when it has none."""

    def __init__(self, content: bytes) -> None:
        self._text = _decoded(content)
        head = self._text[: 1 << 16].split("\n", 1)[0]
        self._separator = max(_SEPARATORS, key=head.count)
        self.headings = next(self._cells(), [])
        if not any(cell.strip() for cell in self.headings):
            raise Unreadable("The file has no headings in its first line.")

    def _cells(self) -> Iterator[list[str]]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._separator)
        try:
            yield from reader
        except csv.Error as problem:
            raise Unreadable(f"The file is no CSV: {problem}") from problem

    def rows(self, mapping: Mapping[int, str], scope: str) -> Iterator[Row]:
        """Each row with its key: the source's own where a column bears it, else its content.

        Of rows that say the same, each next one is another row of the file. `scope` tells keys of
        one organisation and kind from those of others.
        """
        own = next((place for place, name in mapping.items() if name == KEY), None)
        met: Counter[bytes] = Counter()
        for line, raw in enumerate(islice(self._cells(), 1, None), start=2):
            if not any(cell.strip() for cell in raw):
                continue
            cells = [undefused(cell) for cell in raw]
            said = digest(*(cells[place] for place in sorted(mapping) if place < len(cells)))
            fault = self._fault(cells)
            if own is not None and not fault and cells[own].strip():
                yield Row(line, cells, digest(scope, "key", cells[own].strip()), said)
                continue
            met[said] += 1
            yield Row(line, cells, digest(scope, "row", said.hex(), str(met[said])), said, fault)

    def _fault(self, cells: list[str]) -> str:
        if len(cells) != len(self.headings):
            number = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
            return f"The row has {number}, and there are {len(self.headings)} headings"
        if any(len(cell) > MOST_CELL for cell in cells):
            return f"A cell has more than {MOST_CELL:,} letters"
        if any("\ufffd" in cell or "\x00" in cell for cell in cells):
            return "The row has letters that cannot be read"
        return ""

    def guessed(self, columns: Mapping[str, Column]) -> dict[int, str]:
        """Which column each heading means, as far as that can be told; none is meant twice."""
        names = {_bare(column.label): name for name, column in columns.items()}
        names |= {_bare(name): name for name in columns} | {_bare(KEY_LABEL): KEY}
        found: dict[int, str] = {}
        for place, heading in enumerate(self.headings):
            bare = _bare(heading)
            meant = names.get(bare) or _ALSO.get(bare)
            if meant and (meant in columns or meant == KEY) and meant not in found.values():
                found[place] = meant
        return found


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def undefused(cell: str) -> str:
    """A cell without the apostrophe by which our own files keep programs from running it."""
    return cell[1:] if cell[:1] == "'" and runs(cell[1:]) else cell


def _decoded(content: bytes) -> str:
    """The text of a file in UTF-8, or in the code page that Excel writes here."""
    if not content.strip():
        raise Unreadable("The file is empty.")
    if content[:4] == b"PK\x03\x04":
        raise Unreadable("This is a workbook. Save it as CSV (UTF-8) and send that.")
    if b"\x00" in content[:4096]:
        raise Unreadable("This is no text file. Save the table as CSV (UTF-8) and send that.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
