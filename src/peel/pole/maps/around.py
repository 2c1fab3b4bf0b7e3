"""The keyboard's way to a shape: its edges, or a distance around an address, postcode or point."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from peel.kernel.audit import looks
from peel.kernel.places import coordinates, grid
from peel.machine.commands.problems import Invalid
from peel.machine.queries.finding import find_ids
from peel.pole.maps.shapes import Shape, read
from peel.pole.models import Location

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

EDGES = ("north", "west", "east", "south")
FIELDS = ("around", "metres", *EDGES)
_PAIR = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*", re.ASCII)


def shape_of(given: Mapping[str, str], identity: "Identity") -> Shape:
    """The shape that the form's fields describe. Raises Invalid by field. Within `speaking`."""
    said = {name: given.get(name, "").strip() for name in FIELDS}
    if said["around"]:
        longitude, latitude = point_of(said["around"], identity)
        metres = _number(said, "metres", "Distance")
        return read(Shape("circle", (longitude, latitude, metres)).text)
    if not any(said[edge] for edge in EDGES):
        raise Invalid({"around": ["Enter an address or a postcode, or the four edges of a box."]})
    west, south, east, north = (
        _number(said, edge, f"{edge.capitalize()} edge")
        for edge in ("west", "south", "east", "north")
    )
    return read(Shape("box", (west, south, east, north)).text)


def _number(said: Mapping[str, str], name: str, title: str) -> float:
    try:
        found = float(said[name].replace(",", ""))
    except ValueError:
        raise Invalid({name: [f"{title}: enter a number."]}) from None
    if not abs(found) < 1_000_000:
        raise Invalid({name: [f"{title}: enter a number."]})
    return found


def point_of(text: str, identity: "Identity") -> tuple[float, float]:
    """Longitude and latitude of what a text names: two numbers, a grid reference, an address or
    postcode of a location that the identity may see. Raises Invalid.
    """
    text = text[:200]
    if pair := _PAIR.fullmatch(text):
        return float(pair[2]), float(pair[1])
    try:
        middle, _ = grid.read(text)
        found = coordinates.to_world(middle.easting, middle.northing)
        return found.longitude, found.latitude
    except ValidationError:
        pass
    hits = [hit.record_id for hit in find_ids(text, kinds=["pole.location"], limit=20)]
    seen = Location.objects.visible_to(identity).filter(pk__in=hits, longitude__isnull=False)
    rows = seen.values_list("pk", "longitude", "latitude")
    places = {
        place: (float(x), float(y)) for place, x, y in rows if x is not None and y is not None
    }
    best = next((pk for pk in hits if pk in places), None)
    if best is None:
        raise Invalid(
            {"around": ["No location is known by this. Enter another address or postcode, a grid"
                        " reference such as TQ 30123 80456, or latitude and longitude."]}
        )  # fmt: skip
    looks.note([best])
    return places[best]
