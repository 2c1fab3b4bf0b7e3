"""The point that a place typed into the box means. Call within `speaking`.

A postcode is looked for in the gazetteer, then among the locations that the caller may see; of one
that neither has, the middle of its sector is taken, and said to be. Any other place is a location
that the caller may see, an address of the gazetteer, or a location whose name is misspelt.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from statistics import fmean
from uuid import UUID

from django.core.exceptions import ValidationError

from peel.kernel.places import addresses, gazetteer
from peel.pole.models import Location
from peel.services.search import arms, misspelt, tokens
from peel.services.search.hits import PLACE
from peel.services.search.words import words

MOST_PLACES = 20
_PARTS = ("saon", "paon", "street", "locality", "town", "postcode")


@dataclass(frozen=True)
class Centre:
    """A grid point, how it is called, and what to tell where it is not quite what was typed."""

    easting: float
    northing: float
    said: str
    note: str = ""


def centre(text: str) -> Centre | None:
    """The point that is meant, if it is known."""
    if code := _read(addresses.postcode, text):
        return _of_postcode(code)
    if start := _read(addresses.postcode_start, text):
        return _middle(start, f"the middle of {start}")
    return _known(text) or _in_gazetteer(text) or _misspelt(text)


def _read(reader: Callable[[str], str], text: str) -> str:
    try:
        return reader(text)
    except ValidationError:
        return ""


def _of_postcode(code: str) -> Centre | None:
    if found := _middle(code, code):
        return found
    sector = code[:-2]
    note = f"The postcode {code} is not known here. Distances are from the middle of {sector}."
    return _middle(sector, f"the middle of {sector}", note)


def _middle(code: str, said: str, note: str = "") -> Centre | None:
    """The middle of a postcode, sector or district: as published, else of what is seen there."""
    if found := gazetteer.middle(code):
        return Centre(*found, said, note)
    bare = code.replace(" ", "")
    asked = tokens.Asked(code, patterns=[tokens.Pattern(bare, f"{bare}%")])
    held = code if " " in code else f"{code} "
    places = _on_the_map(hit.record_id for hit in arms.numbers(asked, [PLACE]))
    near = [place for place in places if place.postcode.startswith(held)]
    if not near:
        return None
    east, north = (fmean(each) for each in zip(*map(_point, near), strict=True))
    return Centre(east, north, said, note)


def _known(text: str) -> Centre | None:
    """The location that fits best."""
    found = [hit.record_id for hit in arms.numbers(tokens.read(text), [PLACE])]
    found += [hit.record_id for hit in arms.texts(words(text), [PLACE], limit=MOST_PLACES)]
    return _first(found)


def _in_gazetteer(text: str) -> Centre | None:
    for row in gazetteer.find(text):
        if row.easting is not None and row.northing is not None:
            said = addresses.one_line(**{name: getattr(row, name) for name in _PARTS})
            return Centre(row.easting, row.northing, said, f"Distances are from {said}.")
    return None


def _misspelt(text: str) -> Centre | None:
    read = {one.record_id: one.reason for one in misspelt.find(words(text), [PLACE])}
    return _first(list(read)[:MOST_PLACES], read)


def _first(found: Collection[UUID], notes: dict[UUID, str] | None = None) -> Centre | None:
    by_id = {place.pk: place for place in _on_the_map(found)}
    place = next((by_id[key] for key in found if key in by_id), None)
    if place is None:
        return None
    note = (notes or {}).get(place.pk, "")
    return Centre(*_point(place), place.title, note and f"{note.capitalize()}.")


def _on_the_map(found: Iterable[UUID]) -> list[Location]:
    return list(Location.objects.filter(pk__in=list(found), easting__isnull=False))


def _point(place: Location) -> tuple[float, float]:
    """Both stand where one does (`Placed`)."""
    return place.easting or 0.0, place.northing or 0.0
