"""WGS 84 and British National Grid, by Ordnance Survey's OSTN15 transformation.

ETRS89, on which OSTN15 works, and WGS 84 as receivers show it differ by less than a metre in
Great Britain; like Ordnance Survey's own tools we take them for the same. Degrees are decimal,
metres are of the grid's true origin. Conversions agree with the published OSTN15 test points to
the millimetre. Source: Ordnance Survey, "Transformations and OSGM15 User Guide".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from convertbng import cutil
from django.core.exceptions import ValidationError
from numpy.typing import NDArray

Metres = NDArray[np.float64]
Degrees = NDArray[np.float64]

# The 100 km squares of the National Grid that hold land of Great Britain or the Isle of Man.
# Row by row from Shetland to Cornwall; the first letter names the 500 km square.
_LAND = {
    "H": "PTUWXYZ",
    "N": "ABCDFGHJKLMNORSTUWXYZ",
    "O": "V",
    "S": "CDEHJKMNOPRSTUVWXYZ",
    "T": "AFGLMQRV",
}
LAND = frozenset(large + small for large, row in _LAND.items() for small in row)
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_OUTSIDE = "The place is outside Great Britain, where the National Grid does not reach"


@dataclass(frozen=True)
class GridPoint:
    """A point of the British National Grid, in metres east and north of its origin."""

    easting: float
    northing: float


@dataclass(frozen=True)
class WorldPoint:
    """A point in degrees of WGS 84, longitude before latitude."""

    longitude: float
    latitude: float


def square(easting: float, northing: float) -> str:
    """The two letters of the 100 km square, "TQ"; empty where no square has land of ours."""
    east, north = int(easting // 100_000), int(northing // 100_000)
    if not (0 <= east < 7 and 0 <= north < 13):
        return ""
    # Squares of 500 km are lettered from the top left, as are the 100 km squares within them.
    large = (3 - north // 5) * 5 + east // 5 + 2
    small = (4 - north % 5) * 5 + east % 5
    letters = _LETTERS[large] + _LETTERS[small]
    return letters if letters in LAND else ""


def origin(letters: str) -> GridPoint | None:
    """The south-west corner of a 100 km square; None for letters that are none of ours."""
    if letters not in LAND:
        return None
    large, small = (_LETTERS.index(letter) for letter in letters)
    east = (large % 5 - 2) * 5 + small % 5
    north = (3 - large // 5) * 5 + 4 - small // 5
    return GridPoint(east * 100_000.0, north * 100_000.0)


def to_grid(longitude: float, latitude: float) -> GridPoint:
    """The grid point of a place in WGS 84, to the millimetre.

    Raises ValidationError when it is outside Great Britain or not a number.
    """
    _check_degrees(longitude, latitude)
    eastings, northings = many_to_grid([longitude], [latitude])
    found = GridPoint(float(eastings[0]), float(northings[0]))
    if not np.isfinite(found.easting) or not square(found.easting, found.northing):
        raise ValidationError(_OUTSIDE, code="outside_britain")
    return found


def to_world(easting: float, northing: float) -> WorldPoint:
    """The WGS 84 position of a grid point. Raises ValidationError outside Great Britain."""
    if not (np.isfinite(easting) and np.isfinite(northing) and square(easting, northing)):
        raise ValidationError(_OUTSIDE, code="outside_britain")
    longitudes, latitudes = many_to_world([easting], [northing])
    if not np.isfinite(longitudes[0]):
        raise ValidationError(_OUTSIDE, code="outside_britain")
    return WorldPoint(float(longitudes[0]), float(latitudes[0]))


def many_to_grid(
    longitudes: Sequence[float] | Degrees, latitudes: Sequence[float] | Degrees
) -> tuple[Metres, Metres]:
    """Eastings and northings of many places at once; NaN where OSTN15 does not reach.

    Raises ValueError when there are not as many longitudes as latitudes.
    """
    world = _pair(longitudes, latitudes)
    eastings, northings = cutil.convert_to_osgb36(*world)
    return np.asarray(eastings), np.asarray(northings)


def many_to_world(
    eastings: Sequence[float] | Metres, northings: Sequence[float] | Metres
) -> tuple[Degrees, Degrees]:
    """Longitudes and latitudes of many grid points at once; NaN where OSTN15 does not reach."""
    longitudes, latitudes = cutil.convert_osgb36_to_ll(*_pair(eastings, northings))
    return np.asarray(longitudes), np.asarray(latitudes)


def _pair(first: Iterable[float], second: Iterable[float]) -> tuple[Metres, Metres]:
    one, other = (np.ascontiguousarray(values, dtype=np.float64) for values in (first, second))
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError("Each place needs both of its coordinates")
    return one, other


def _check_degrees(longitude: float, latitude: float) -> None:
    # Named apart, for the two are easily exchanged.
    if not -90 <= latitude <= 90:
        raise ValidationError("The latitude must be between -90 and 90", code="latitude")
    if not -180 <= longitude <= 180:
        raise ValidationError("The longitude must be between -180 and 180", code="longitude")
