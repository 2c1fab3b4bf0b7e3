"""Addresses found as they are typed: by postcode, house number and street, street, or UPRN.

Every question is answered by one of the gazetteer's indexes, from its beginning on, so that a
million addresses take no longer than a thousand.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Avg, Q, QuerySet

from peel.kernel.places import addresses
from peel.kernel.places.models import GazetteerAddress

MOST = 20
# What a postcode, or one house number of one street, may hold; sorted before it is cut.
_SOME = 200
_UNITS = frozenset(["APARTMENT", "APT", "FLAT", "ROOM", "STUDIO", "SUITE", "UNIT"])
_NUMBER = re.compile(r"[0-9]+[A-Z]?")
_PART_OF_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?(?: ?[0-9][A-Z]{0,2})?")
# How people shorten the last word of a street's name (BS 7666-1 has names in full).
_ENDINGS = {
    "AV": "AVENUE", "AVE": "AVENUE", "CL": "CLOSE", "CRES": "CRESCENT", "CT": "COURT",
    "DR": "DRIVE", "GDNS": "GARDENS", "GRN": "GREEN", "GR": "GROVE", "LN": "LANE",
    "PK": "PARK", "PL": "PLACE", "RD": "ROAD", "SQ": "SQUARE", "ST": "STREET",
    "TER": "TERRACE", "TERR": "TERRACE", "WK": "WALK",
}  # fmt: skip


def normal(text: str) -> str:
    """A text as it is compared: capitals and figures, one space between words, no accents."""
    plain = unicodedata.normalize("NFKD", text).upper().replace("&", " AND ")
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’`")
    return " ".join(re.sub(r"[^0-9A-Z]+", " ", plain).split())


def street_words(street: str) -> str:
    """A street's name as it is compared, its last word in full: "HIGH STREET" for "High St."."""
    return _ended(normal(street).split())


def keys(*, saon: str, paon: str, street: str, locality: str, town: str, postcode: str) -> Any:
    """The four keys by which an address is found, in the order of the columns."""
    after = (street_words(street), normal(locality), normal(town))
    line = " ".join(part for part in after if part)
    return postcode.replace(" ", ""), line, normal(paon), normal(saon)


def find(text: str, limit: int = MOST, *, using: str = "default") -> list[GazetteerAddress]:
    """The addresses that fit what was typed so far, at most twenty, in the order of a street.

    Takes a postcode or its beginning, either with a number before or after it; a number or a flat
    with the beginning of a street; the beginning of a street or of a house's name; a UPRN.
    """
    limit = min(limit, MOST)
    words = normal(text[:200]).split()[:12]
    rows = GazetteerAddress.objects.using(using)
    if not words:
        return []
    if len(words) == 1 and words[0].isdigit() and len(words[0]) <= 12:
        return list(rows.filter(pk=int(words[0])))
    for code, others in _postcodes(words):
        return _ordered(_fitting(rows.filter(postcode_key=code)[:_SOME], others), limit)
    if _PART_OF_POSTCODE.fullmatch(" ".join(words)) and len(words[0]) <= 7:
        begins = rows.filter(postcode_key__startswith="".join(words))
        found = list(begins.order_by("postcode_key", "number_key", "unit_key")[:limit])
        if found:
            return _ordered(found, limit)
    return _by_street(rows, words, limit)


def middle(code: str, *, using: str = "default") -> tuple[float, float] | None:
    """The middle, as easting and northing, of the addresses of a postcode ("SW2 1AA"), a sector
    ("SW2 1") or a district ("SW2"); None where none is known.
    """
    rows = GazetteerAddress.objects.using(using).filter(
        postcode_key__startswith=code.replace(" ", ""), easting__isnull=False,
        # "SW2 1" is no part of SW21.
        postcode__startswith=code if " " in code else f"{code} ",
    )  # fmt: skip
    found = rows.aggregate(east=Avg("easting"), north=Avg("northing"))
    return None if found["east"] is None else (found["east"], found["north"])


def _postcodes(words: list[str]) -> Iterable[tuple[str, list[str]]]:
    """The full postcode at the end or the beginning of the words, and the others."""
    for size in (2, 1):
        for piece, others in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            try:
                yield addresses.postcode("".join(piece)).replace(" ", ""), others
            except ValidationError:
                continue


def _by_street(
    rows: "QuerySet[GazetteerAddress]", words: list[str], limit: int
) -> list[GazetteerAddress]:
    unit = ""
    if words[0] in _UNITS and len(words) > 2:
        unit, words = f"{words[0]} {words[1]}", words[2:]
    if unit:
        rows = rows.filter(unit_key=unit)
    if not _NUMBER.fullmatch(words[0]):
        streets = rows.filter(_street(words)).order_by("street_key", "number_key", "unit_key")
        named = rows.filter(number_key__startswith=" ".join(words)).order_by("number_key")
        found = [*named[:limit], *streets[:limit]]
        return _ordered(found or _loosely(rows, words, limit), limit)
    number, street = words[0], words[1:]
    if not street:
        return []
    of_number = rows.filter(number_key=number)
    found = list(of_number.filter(_street(street)).order_by("street_key", "unit_key")[:limit])
    if len(found) < limit:
        # "14" finds "14-16" too, after all that are plain 14.
        wider = rows.filter(_street(street), number_key__startswith=f"{number} ")
        found += wider.order_by("number_key", "street_key")[: limit - len(found)]
    return _ordered(found or _loosely(of_number, street, limit), limit)


def _street(words: list[str]) -> Q:
    """A street that begins with the words, whichever of them is its shortened last one."""
    begins = {" ".join(words)}
    begins |= {" ".join((_ended(words[:end]), *words[end:])) for end in range(2, len(words) + 1)}
    fits = Q()
    for beginning in sorted(begins):
        fits |= Q(street_key__startswith=beginning)
    return fits


def _loosely(
    rows: "QuerySet[GazetteerAddress]", words: list[str], limit: int
) -> list[GazetteerAddress]:
    """Streets that begin with the first word and have the others anywhere after it."""
    if len(words) < 2 or len(words[0]) < 3:
        return []
    rows = rows.filter(street_key__startswith=f"{words[0]} ")
    for word in words[1:]:
        rows = rows.filter(street_key__contains=f" {_ENDINGS.get(word, word)}")
    return list(rows.order_by("street_key", "number_key")[:limit])


def _fitting(rows: Iterable[GazetteerAddress], words: list[str]) -> list[GazetteerAddress]:
    """The rows of which every word is the beginning of some word of theirs; a number is whole."""

    def fits(row: GazetteerAddress) -> bool:
        held = f"{row.unit_key} {row.number_key} {row.street_key}".split()
        return all(
            word in held if word.isdigit() else any(one.startswith(word) for one in held)
            for word in words
        )

    return [row for row in rows if fits(row)]


def _ordered(rows: Iterable[GazetteerAddress], limit: int) -> list[GazetteerAddress]:
    """By street, house and flat as people count: 2 before 10; each once."""
    once = {row.pk: row for row in rows}

    def place(row: GazetteerAddress) -> Any:
        return (row.street_key, *map(_counted, (row.number_key, row.unit_key)))

    return sorted(once.values(), key=place)[:limit]


def _counted(key: str) -> list[tuple[int, int | str]]:
    return [(0, int(run)) if run.isdigit() else (1, run) for run in re.findall(r"\d+|\D+", key)]


def _ended(words: list[str]) -> str:
    """Words of which the last is written in full; a first one stays (St James is a saint)."""
    if len(words) > 1:
        words = [*words[:-1], _ENDINGS.get(words[-1], words[-1])]
    return " ".join(words)
