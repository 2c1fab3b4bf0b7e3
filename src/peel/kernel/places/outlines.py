"""Outlines of areas: read from GeoJSON, checked, in both coordinates, and cut into pieces.

GeoJSON: RFC 7946. Corners are in degrees of WGS 84, longitude first, or in metres of the British
National Grid where the file says so (EPSG:27700).
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from shapely.geometry import MultiPolygon, Polygon, box, mapping, shape

from peel.kernel.places import coordinates, grid

# A piece of so many corners is tested in some microseconds; more pieces cost more room.
CORNERS = 120
_DEEPEST = 40
_MOST_CORNERS = 2_000_000
_WHERE = re.compile(r"(.+)\[(\S+) (\S+)\]")
_REASONS = {
    "Self-intersection": "It crosses itself",
    "Ring Self-intersection": "Its border touches or crosses itself",
    "Hole lies outside shell": "A hole lies outside it",
    "Holes are nested": "One hole lies in another",
    "Interior is disconnected": "Its holes cut it in two",
    "Nested shells": "One of its parts lies within another",
    "Duplicate Rings": "Two of its rings are the same",
    "Too few points in geometry component": "A ring has too few corners",
}
# Towards here from anywhere in Great Britain, in steps of some three kilometres.
_MIDDLE, _STEP = np.array([-2.0, 54.0]), 0.01
_SWAPPED = "Latitude and longitude are swapped: longitude comes first"


@dataclass(frozen=True)
class Outline:
    """A checked multipolygon, in degrees of WGS 84 and in metres of the National Grid."""

    world: MultiPolygon
    grid: MultiPolygon


def read(geometry: Any, *, in_metres: bool = False) -> Outline:
    """The outline that a GeoJSON geometry draws. Raises ValidationError saying what is wrong."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValidationError(
            f"An area is a Polygon or a MultiPolygon, not {kind or 'nothing'}", code="geometry"
        )
    drawn = geometry.get("coordinates")
    polygons = [drawn] if kind == "Polygon" else drawn
    if not isinstance(polygons, list) or not polygons:
        raise ValidationError("It has no corners", code="empty")
    for rings in polygons:
        if not isinstance(rings, list) or not rings:
            raise ValidationError("It has a part without corners", code="empty")
        for number, ring in enumerate(rings):
            _check_ring(ring, f"hole {number}" if number else "border", in_metres=in_metres)
    made = shape({"type": kind, "coordinates": _flat(drawn)})
    whole = made if kind == "MultiPolygon" else MultiPolygon([made])
    world, metres = _both(whole, in_metres=in_metres)
    _check_valid(whole, in_metres=in_metres)
    _check_valid(world if in_metres else metres, in_metres=not in_metres)
    return Outline(world, metres)


def read_drawn(text: str) -> Outline:
    """The outline that a person drew or typed: GeoJSON, or its corners a line each.

    A corner is a grid reference or latitude and longitude, as people say them; the last need not
    repeat the first. Raises ValidationError.
    """
    text = text.strip()
    if text.startswith("{"):
        try:
            said = json.loads(text)
        except ValueError:
            raise ValidationError("This is not GeoJSON", code="geojson") from None
        return read(said.get("geometry", said) if isinstance(said, dict) else said)
    corners = [_corner(line) for line in re.split(r"[\n;]+", text) if line.strip()]
    if corners and corners[0] != corners[-1]:
        corners.append(corners[0])
    return read({"type": "Polygon", "coordinates": [corners]})


def as_geojson(outline: Outline) -> str:
    """The outline in degrees as GeoJSON text, to seven places (about a centimetre)."""
    whole: Any = outline.world
    drawn = whole.geoms[0] if len(whole.geoms) == 1 else whole
    return json.dumps(_rounded(mapping(drawn)), separators=(",", ":"))


def middle(outline: Outline) -> coordinates.GridPoint:
    """A point that lies within the outline, even where its centre does not."""
    point = outline.grid.representative_point()
    return coordinates.GridPoint(float(point.x), float(point.y))


def parts(outline: MultiPolygon) -> Iterator[Polygon]:
    """The outline in pieces without holes and of few corners, which together cover it."""
    waiting = [(piece, 0) for piece in outline.geoms]
    while waiting:
        piece, depth = waiting.pop()
        if depth >= _DEEPEST or (not piece.interiors and len(piece.exterior.coords) <= CORNERS + 1):
            yield piece
            continue
        for half in _halves(piece.bounds):
            cut = shapely.intersection(piece, half)
            waiting += [
                (each, depth + 1)
                for each in shapely.get_parts(cut)
                if each.geom_type == "Polygon" and not each.is_empty
            ]


def as_polygon(piece: Polygon) -> str:
    """A piece as PostgreSQL writes a polygon."""
    corners = piece.exterior.coords[:-1]
    return "(" + ",".join(f"({x!r},{y!r})" for x, y in corners) + ")"


def _halves(bounds: tuple[float, float, float, float]) -> tuple[Polygon, Polygon]:
    west, south, east, north = bounds
    if east - west > north - south:
        cut = (west + east) / 2
        return box(west, south, cut, north), box(cut, south, east, north)
    cut = (south + north) / 2
    return box(west, south, east, cut), box(west, cut, east, north)


def _corner(line: str) -> list[float]:
    if found := re.fullmatch(r"\s*(-?\d{1,3}\.\d+)[\s,]+(-?\d{1,3}\.\d+)\s*", line):
        return [float(found[2]), float(found[1])]
    point, _ = grid.read(line)
    placed = coordinates.to_world(point.easting, point.northing)
    return [placed.longitude, placed.latitude]


def _check_ring(ring: Any, name: str, *, in_metres: bool) -> None:
    if not isinstance(ring, list) or len(ring) < 4:
        raise ValidationError(
            f"Its {name} has fewer than three corners (the last of a ring repeats the first)",
            code="ring",
        )
    if len(ring) > _MOST_CORNERS:
        raise ValidationError(f"Its {name} has too many corners", code="ring")
    for corner in ring:
        if not (
            isinstance(corner, list | tuple)
            and len(corner) >= 2
            and all(type(n) in (int, float) and math.isfinite(n) for n in corner[:2])
        ):
            raise ValidationError(f"Its {name} has a corner that is not two numbers", code="ring")
    if ring[0][:2] != ring[-1][:2]:
        raise ValidationError(
            f"Its {name} is not closed: it begins at {_said(*ring[0][:2], in_metres=in_metres)}"
            f" and ends at {_said(*ring[-1][:2], in_metres=in_metres)}",
            code="open",
        )


def _both(whole: Any, *, in_metres: bool) -> tuple[Any, Any]:
    """The multipolygon in degrees and in metres. Raises ValidationError outside Great Britain."""
    given = shapely.get_coordinates(whole)
    first, second = np.ascontiguousarray(given[:, 0]), np.ascontiguousarray(given[:, 1])
    if not in_metres:
        if (first > 48).all() and (second < 10).all() and (second > -15).all():
            raise ValidationError(_SWAPPED, code="swapped")
        _check_inside((first > -9.5) & (first < 2.5) & (second > 49) & (second < 61.5), given)
    convert = coordinates.many_to_world if in_metres else coordinates.many_to_grid
    made = np.column_stack(convert(first, second))
    if not in_metres:
        made = _beyond_the_edge(given, made)
    _check_inside(np.isfinite(made).all(axis=1), given)
    other = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(whole)), made)
    return (other, whole) if in_metres else (whole, other)


def _beyond_the_edge(given: Any, made: Any) -> Any:
    """Carry the conversion on in a straight line for corners just off its edge.

    It ends north of the rocks of Scilly, which published outlines take in; there it errs by metres.
    """
    for step in range(1, 9):
        lost = ~np.isfinite(made).all(axis=1)
        if not lost.any():
            break
        inward = (_MIDDLE - given[lost]) * _STEP
        near, further = (
            np.column_stack(coordinates.many_to_grid(*(given[lost] + inward * steps).T))
            for steps in (step, step + 1)
        )
        made[lost] = near - (further - near) * step
    return made


def _check_inside(inside: Any, given: Any) -> None:
    if not inside.all():
        x, y = given[int(np.argmin(inside))]
        raise ValidationError(
            f"It reaches outside Great Britain, at {x:g}, {y:g}", code="outside_britain"
        )


def _check_valid(whole: Any, *, in_metres: bool) -> None:
    said = shapely.is_valid_reason(whole)
    if said == "Valid Geometry":
        return
    found = _WHERE.match(said)
    if not found:
        raise ValidationError(f"It is not a proper area: {said}", code="invalid")
    what = _REASONS.get(found[1], found[1])
    where = _said(float(found[2]), float(found[3]), in_metres=in_metres)
    raise ValidationError(f"{what} at {where}", code="crosses")


def _said(x: float, y: float, *, in_metres: bool) -> str:
    """A place in words: longitude and latitude with the grid reference, or metres."""
    try:
        if in_metres:
            return f"{grid.write(x, y)} (easting {x:.1f}, northing {y:.1f})"
        point = coordinates.to_grid(x, y)
        reference = grid.write(point.easting, point.northing)
        return f"longitude {x:.6f}, latitude {y:.6f} ({reference})"
    except ValidationError:
        return f"{x:g}, {y:g}"


def _flat(drawn: Any) -> Any:
    """Corners without their heights."""
    if isinstance(drawn, Sequence) and drawn and isinstance(drawn[0], int | float):
        return drawn[:2]
    return [_flat(each) for each in drawn]


def _rounded(drawn: Any) -> Any:
    if isinstance(drawn, float):
        return round(drawn, 7)
    if isinstance(drawn, Mapping):
        return {key: _rounded(value) for key, value in drawn.items()}
    return [_rounded(each) for each in drawn] if isinstance(drawn, list | tuple) else drawn
