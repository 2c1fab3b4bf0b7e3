"""The keys by which a row is known again: whatever file it comes in, and however often.

A crime is known by its Crime ID. A row that has none, and an outcome (of which one crime may have
several that read alike), is known by its content and by which occurrence of that content it is
within its file. A file holds a force's whole month, so the n-th occurrence in one file is the
n-th in any other: loading files adds nothing twice, and 580 alike in one file stay 580.
"""

from collections import Counter
from hashlib import blake2b
from typing import NamedTuple

from peel.migration.police_uk.reader import (
    CRIME_ID,
    MONTH,
    Kind,
    Row,
)

SIZE = 16


class Subject(NamedTuple):
    """What a row speaks of: the letter of its kind (crime, incident, outcome), key and content."""

    letter: str
    key: bytes
    content: bytes


def crime_key(crime_id: str) -> bytes:
    """The key of the crime with this Crime ID."""
    return blake2b(b"c" + crime_id.encode(), digest_size=SIZE).digest()


def content(fields: tuple[str, ...]) -> bytes:
    """The fingerprint of a row's trimmed fields; the same however the file writes them."""
    return blake2b("\x1f".join(fields).encode(), digest_size=SIZE).digest()


class Keys:
    """Gives each row of one file its key, counting occurrences as it goes."""

    def __init__(self, kind: Kind) -> None:
        self._street = kind is Kind.STREET
        self._seen: Counter[bytes] = Counter()

    def of(self, row: Row) -> Subject:
        """The subject of a good row. Call once for each row, in the order of the file."""
        found = content(row.fields)
        if self._street and row.fields[CRIME_ID]:
            return Subject("c", crime_key(row.fields[CRIME_ID]), found)
        letter = "i" if self._street else "o"
        return Subject(letter, self._occurrence(letter, found), found)

    def of_bad(self, raw: bytes) -> Subject:
        """The subject of a row that is quarantined: its bytes, whatever they are."""
        found = blake2b(raw, digest_size=SIZE).digest()
        return Subject("q", self._occurrence("q", found), found)

    def _occurrence(self, letter: str, found: bytes) -> bytes:
        self._seen[found] += 1
        text = letter.encode() + found + str(self._seen[found]).encode()
        return blake2b(text, digest_size=SIZE).digest()


def point_key(place: tuple[str, ...]) -> bytes:
    """The key of the anonymised map point with these columns, longitude to LSOA name.

    Two rows name the same point when coordinates (to the six decimals published), text and area
    agree.
    """
    longitude, latitude, *words = place
    parts = ("p", f"{float(longitude):.6f}", f"{float(latitude):.6f}", *words)
    return blake2b("\x1f".join(parts).encode(), digest_size=SIZE).digest()


def month_number(month: str) -> int:
    """A month such as "2019-03" as a number that sorts (201903); 0 for none."""
    return int(month[:4] + month[5:]) if month else 0


def row_month(row: Row) -> int:
    """The month that a good row names, as a number."""
    return month_number(row.fields[MONTH])
