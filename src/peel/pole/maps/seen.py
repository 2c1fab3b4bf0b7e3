"""What a map shows of a list within a box: the records one by one, or how many in each square.

Every count and point comes from rows that the caller may see, of kinds and places alike: both are
narrowed before anything is added up.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.urls import reverse

from peel.kernel.audit import looks
from peel.kernel.places import coordinates, grid
from peel.kernel.records.models import Record
from peel.machine.queries.asking import Asked
from peel.machine.queries.listing import bounded, filters
from peel.pole.maps.shapes import box_of, place_column

if TYPE_CHECKING:
    from uuid import UUID

    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

# So many records are shown one by one; more are counted by the squares that they lie in.
MOST = 200
# A square is about so many pixels wide, of the sizes that people read off a map.
PIXELS = 56
SIZES = [step * 10**power for power in range(1, 6) for step in (1, 2, 5)]
# Metres that a pixel shows at zoom 0 in the middle of Great Britain, in tiles of 512 pixels.
PER_PIXEL = 47_000
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Square:
    """A square of the National Grid with the records in it; where they lie in the middle."""

    longitude: float
    latitude: float
    count: int
    name: str
    corners: list[tuple[float, float]]

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        across, up = zip(*self.corners, strict=True)
        return min(across), min(up), max(across), max(up)


@dataclass(frozen=True)
class Spot:
    """A place with the records that are there; its number stands on the map and in the table."""

    number: int
    longitude: float
    latitude: float
    title: str
    records: tuple[tuple[str, str, str], ...]  # reference, title, address


@dataclass(frozen=True)
class Seen:
    """What the box holds: either `squares` or `spots`."""

    total: int
    squares: tuple[Square, ...] = ()
    spots: tuple[Spot, ...] = ()
    size: int = 0


def look(sheet: "Sheet", identity: "Identity", asked: Asked, box: Box, zoom: float) -> Seen:
    """What the box shows, and which records the caller was shown. Call within `speaking`.

    Raises Refused where it would take too long, Invalid by field.
    """
    size = _size(zoom)
    with bounded(asked):
        counted = _squares(sheet, identity, asked, box, size)
        total = sum(number for _, _, number, *_ in counted)
        if total > MOST:
            return Seen(total, _named(counted, size), size=size)
        return Seen(total, spots=_spots(sheet, identity, asked, box) if total else ())


def extent(sheet: "Sheet", identity: "Identity", asked: Asked) -> Box | None:
    """The smallest box that holds all that the list shows; None where nothing has a place."""
    sql, given = _mine(sheet, identity, asked)
    with bounded(asked), connection.cursor() as cursor:
        cursor.execute(
            f"{_PLACE} select min(longitude), min(latitude), max(longitude), max(latitude)"
            f" from place where place_id in (select mine.mine_place from ({sql}) mine)",
            [*_within((-180, -90, 180, 90)), *given],
        )
        found: Any = cursor.fetchone()
    return None if found is None or found[0] is None else tuple(found)


def _size(zoom: float) -> int:
    """The side of a square in metres: constant while the map is moved, so that counts stay put."""
    wanted = PER_PIXEL / 2**zoom * PIXELS
    return next((size for size in SIZES if size >= wanted), SIZES[-1])


def _mine(sheet: "Sheet", identity: "Identity", asked: Asked) -> tuple[str, tuple[Any, ...]]:
    """The list's rows and their places, as SQL; row-level security stands under it."""
    found = sheet.model.objects.visible_to(identity).filter(filters(sheet, identity, asked))
    rows = found.order_by().annotate(mine_key=F("pk"), mine_place=F(place_column(sheet)))
    return rows.values("mine_key", "mine_place").query.sql_with_params()


_PLACE = (
    "with place as materialized (select * from maps.places_in(%s::box)"
    " where longitude between %s and %s and latitude between %s and %s)"
)


def _within(box: Box) -> list[Any]:
    west, south, east, north = box
    return [box_of(*box), west, east, south, north]


def _squares(
    sheet: "Sheet", identity: "Identity", asked: Asked, box: Box, size: int
) -> list[tuple[int, int, int, float, float]]:
    sql, given = _mine(sheet, identity, asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_PLACE} select floor(place.easting / %s)::int, floor(place.northing / %s)::int,"
            " count(*)::int, avg(place.longitude), avg(place.latitude)"
            f" from place join ({sql}) mine on mine.mine_place = place.place_id"
            " group by 1, 2 order by 3 desc, 1, 2",
            [*_within(box), float(size), float(size), *given],
        )
        return list(cursor.fetchall())


def _named(counted: list[tuple[int, int, int, float, float]], size: int) -> tuple[Square, ...]:
    digits = max(1, 5 - int(math.log10(size)))
    around = [(0, 0), (1, 0), (1, 1), (0, 1)]
    east = [(e + x) * size for e, *_ in counted for x, _ in around]
    north = [(n + y) * size for _, n, *_ in counted for _, y in around]
    corners = list(zip(*map(list, coordinates.many_to_world(east, north)), strict=True))
    return tuple(
        Square(longitude, latitude, number, _name(e * size, n * size, digits), corners[4 * i :][:4])
        for i, (e, n, number, longitude, latitude) in enumerate(counted)
    )


def _name(east: float, north: float, digits: int) -> str:
    try:
        return grid.write(east, north, digits=digits)
    except ValidationError:
        # The corner of a square on the coast may lie in one that holds no land.
        return f"{east:.0f}, {north:.0f}"


def _spots(sheet: "Sheet", identity: "Identity", asked: Asked, box: Box) -> tuple[Spot, ...]:
    sql, given = _mine(sheet, identity, asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_PLACE} select mine.mine_key, place.place_id, place.longitude, place.latitude"
            f" from place join ({sql}) mine on mine.mine_place = place.place_id"
            " order by 1 desc limit %s",
            [*_within(box), *given, MOST],
        )
        rows = cursor.fetchall()
    titles = titles_of({key for row in rows for key in row[:2]}, identity)
    gathered: dict[UUID, list[tuple[str, str, str]]] = {}
    where: dict[UUID, tuple[float, float]] = {}
    for key, place, longitude, latitude in rows:
        reference, title = titles[key]
        address = reverse(f"{sheet.url_name}-page", args=[reference])
        gathered.setdefault(place, []).append((reference, title, address))
        where[place] = longitude, latitude
    return tuple(
        Spot(number, *where[place], titles[place][1], tuple(records))
        for number, (place, records) in enumerate(gathered.items(), start=1)
    )


def titles_of(keys: "set[UUID]", identity: "Identity") -> "dict[UUID, tuple[str, str]]":
    """Reference and title of records that are now shown, so each is noted."""
    looks.note(keys)
    seen = Record.objects.visible_to(identity).filter(pk__in=keys)
    return {key: (ref, title) for key, ref, title in seen.values_list("pk", "reference", "title")}
