"""A shape in the address of a list: what lies in it is listed. Degrees are of WGS 84.

`box:west,south,east,north`, `circle:longitude,latitude,metres`, `polygon:` with the longitude and
latitude of each corner. A saved view keeps it and an export follows it like any other filter.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from peel.kernel.places import coordinates
from peel.machine.commands.problems import Invalid

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

NAME = "shape"
LONGEST, MOST_CORNERS = 4_000, 100
SMALLEST, WIDEST = 1, 100_000
# An edge that is straight on the map is bent on the grid: so many points follow it.
POINTS = 8
_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,12})?", re.ASCII)
Corners = list[tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """What was drawn: `kind` is box, circle or polygon, `numbers` as in the address."""

    kind: str
    numbers: tuple[float, ...]

    @property
    def text(self) -> str:
        """As it stands in an address."""
        numbers = (f"{number:.6f}".rstrip("0").rstrip(".") for number in self.numbers)
        return f"{self.kind}:{','.join(numbers)}"

    @property
    def corners(self) -> Corners:
        """The corners of a box or polygon, longitude before latitude."""
        if self.kind == "box":
            west, south, east, north = self.numbers
            return [(west, south), (east, south), (east, north), (west, north)]
        return list(zip(self.numbers[::2], self.numbers[1::2], strict=True))

    @property
    def words(self) -> str:
        """As people read it."""
        if self.kind == "circle":
            longitude, latitude, metres = self.numbers
            return f"On the map: within {_far(metres)} of {latitude:.4f}, {longitude:.4f}"
        if self.kind == "box":
            west, south, east, north = (f"{number:.4f}" for number in self.numbers)
            return f"On the map: between {south}, {west} and {north}, {east}"
        return f"On the map: inside a polygon of {len(self.corners)} corners"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of it."""
        if self.kind == "circle":
            longitude, latitude, metres = self.numbers
            up = metres / 111_000
            along = up / math.cos(math.radians(latitude))
            return longitude - along, latitude - up, longitude + along, latitude + up
        across, up_ = zip(*self.corners, strict=True)
        return min(across), min(up_), max(across), max(up_)


def _far(metres: float) -> str:
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} metres"


def _wrong(words: str) -> Invalid:
    return Invalid({NAME: [words]})


@lru_cache(maxsize=200)
def read(text: str) -> Shape:
    """The shape in an address. Raises Invalid with what is wrong with it, in words."""
    kind, _, numbers = text[: LONGEST + 1].partition(":")
    parts = numbers.split(",")
    if kind not in ("box", "circle", "polygon") or len(text) > LONGEST:
        raise _wrong("This shape cannot be read. Draw it again, or enter its corners.")
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise _wrong("Enter the corners of the shape as numbers, such as 51.5204.")
    shape = Shape(kind, tuple(float(part) for part in parts))
    {"box": _check_box, "circle": _check_circle, "polygon": _check_polygon}[kind](shape)
    grid_of(shape)
    return shape


def _check_box(shape: Shape) -> None:
    if len(shape.numbers) != 4:
        raise _wrong("Enter the west, south, east and north edge of the box.")
    west, south, east, north = shape.numbers
    if west >= east:
        raise _wrong("The west edge of the box must lie west of its east edge.")
    if south >= north:
        raise _wrong("The south edge of the box must lie south of its north edge.")


def _check_circle(shape: Shape) -> None:
    if len(shape.numbers) != 3:
        raise _wrong("Enter the middle of the circle and its radius.")
    if not SMALLEST <= shape.numbers[2] <= WIDEST:
        raise _wrong(f"The radius must be between {SMALLEST} and {WIDEST:,} metres.")


def _check_polygon(shape: Shape) -> None:
    if len(shape.numbers) % 2 or len(shape.numbers) < 6:
        raise _wrong("A polygon needs at least three corners.")
    if len(shape.numbers) > 2 * MOST_CORNERS:
        raise _wrong(f"A polygon may have {MOST_CORNERS} corners at most.")
    drawn = shapely.Polygon(shape.corners)
    if not drawn.is_valid:
        where = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(drawn))
        near = f" near {float(where[2]):.4f}, {float(where[1]):.4f}" if where else ""
        raise _wrong(f"The polygon crosses itself{near}. Draw it again so that no edge crosses.")
    if drawn.area == 0:
        raise _wrong("The corners of the polygon lie on one line.")


@dataclass(frozen=True)
class OnGrid:
    """A shape as PostgreSQL reads it, in metres of the National Grid: its box, and what it is."""

    box: str
    polygon: str | None = None
    circle: str | None = None


@lru_cache(maxsize=200)
def grid_of(shape: Shape) -> OnGrid:
    """The shape on the National Grid. Raises Invalid where it reaches beyond Great Britain."""
    if shape.kind == "circle":
        longitude, latitude, metres = shape.numbers
        try:
            middle = coordinates.to_grid(longitude, latitude)
        except ValidationError as problem:
            raise _wrong(f"{problem.messages[0]}.") from None
        east, north = middle.easting, middle.northing
        around = [(east - metres, north - metres), (east + metres, north + metres)]
        return OnGrid(_box(around), circle=f"<({east},{north}),{metres}>")
    points = _on_grid(_followed(shape.corners))
    if points is None:
        raise _wrong("The shape reaches beyond Great Britain, where the National Grid ends.")
    return OnGrid(_box(points), polygon=f"({','.join(f'({e},{n})' for e, n in points)})")


def box_of(west: float, south: float, east: float, north: float) -> str:
    """A box of the grid that holds what is seen between these degrees; all Britain in doubt."""
    steps = np.linspace(0, 1, 5)
    seen = [(west + (east - west) * x, south + (north - south) * y) for x in steps for y in steps]
    points = _on_grid(seen)
    return _box(points) if points else "((-100000,-100000),(800000,1400000))"


def _followed(corners: Corners) -> Corners:
    found: Corners = []
    for (x, y), (to_x, to_y) in zip(corners, [*corners[1:], corners[0]], strict=True):
        steps = [step / POINTS for step in range(POINTS)]
        found += [(x + (to_x - x) * part, y + (to_y - y) * part) for part in steps]
    return found


def _on_grid(points: Corners) -> Corners | None:
    try:
        east, north = coordinates.many_to_grid(*map(list, zip(*points, strict=True)))
    except (ValueError, ValidationError):
        return None
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        return None
    return [(float(e), float(n)) for e, n in zip(east, north, strict=True)]


def _box(points: Corners) -> str:
    east, north = zip(*points, strict=True)
    return f"(({min(east)},{min(north)}),({max(east)},{max(north)}))"


class Places(RawSQL):
    """SQL that names no column of the query: RawSQL joins a parent for any word like its fields."""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """Leave out that join, which would cost the index."""
        return super(RawSQL, self).resolve_expression(*args, **kwargs)


_IN = "select s.place_id from maps.places_in(%s::box, %s::polygon, %s::circle) s"


def condition(sheet: "Sheet", text: str) -> Q:
    """The records of a list whose visible place lies in the shape. Raises Invalid."""
    grid = grid_of(read(text))
    found = Places(_IN, [grid.box, grid.polygon, grid.circle], output_field=BooleanField())
    return Q(**{f"{place_column(sheet)}__in": found})


def words(text: str) -> str:
    """What a shape asks, as people read it. Raises Invalid."""
    return read(text).words


def place_column(sheet: "Sheet") -> str:
    """The column of a kind that says where its records are; nothing for kinds without a place.

    A location is its own place; others point at one by the field `location`.
    """
    from peel.pole.models import Location

    if sheet.model is Location:
        return "pk"
    field: Any = next((f for f in sheet.model._meta.get_fields() if f.name == "location"), None)
    return "location_id" if field is not None and field.related_model is Location else ""


def has_places(sheet: "Sheet") -> bool:
    """Whether the records of a kind have a place of their own."""
    return bool(place_column(sheet))
