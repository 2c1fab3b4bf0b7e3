"""Grid references as text: "TQ 30123 80456", written and read.

A reference of two to ten digits names a square of 10 km to 1 m by its south-west corner
(Ordnance Survey, "A guide to coordinate systems in Great Britain").
"""

import re

from django.core.exceptions import ValidationError

from peel.kernel.places.coordinates import GridPoint, origin, square

EXAMPLE = "TQ 30123 80456"
_FORM = re.compile(r"([A-Z]{2})([0-9]*)", re.ASCII)
_BARE = re.compile(r"([0-9]{1,6}(?:\.[0-9]+)?)[\s,]+([0-9]{1,7}(?:\.[0-9]+)?)", re.ASCII)
_LONGEST = 40


def write(easting: float, northing: float, *, digits: int = 5) -> str:
    """The reference of the square that holds the point, of `digits` figures each way (1 to 5).

    Figures are cut, never rounded up, so that the point lies in the square named.
    Raises ValidationError outside Great Britain, ValueError for another number of digits.
    """
    if not 1 <= digits <= 5:
        raise ValueError("A grid reference has one to five digits each way")
    letters = square(easting, northing)
    if not letters:
        raise ValidationError("The place is outside Great Britain", code="outside_britain")
    size = 10 ** (5 - digits)
    east, north = int(easting % 100_000) // size, int(northing % 100_000) // size
    return f"{letters} {east:0{digits}d} {north:0{digits}d}"


def read(text: str) -> tuple[GridPoint, int]:
    """The middle of the square that a reference names, and the length of its side in metres.

    Spaces and case do not matter; "530123, 180456" is taken too. Raises ValidationError.
    """
    if len(text) > _LONGEST:
        raise ValidationError(f"Enter a grid reference such as {EXAMPLE}", code="grid_form")
    if bare := _BARE.fullmatch(text.strip()):
        return _point(float(bare[1]), float(bare[2]))
    found = _FORM.fullmatch("".join(text.split()).upper())
    if not found or not 2 <= len(found[2]) <= 10:
        raise ValidationError(f"Enter a grid reference such as {EXAMPLE}", code="grid_form")
    letters, figures = found.groups()
    if len(figures) % 2:
        raise ValidationError(
            "A grid reference has as many figures for the easting as for the northing",
            code="grid_odd",
        )
    corner = origin(letters)
    if corner is None:
        raise ValidationError(
            f"{letters} is not a square of the National Grid in Great Britain", code="grid_letters"
        )
    half = len(figures) // 2
    size = 10 ** (5 - half)
    east, north = int(figures[:half]) * size, int(figures[half:]) * size
    middle = GridPoint(corner.easting + east + size / 2, corner.northing + north + size / 2)
    return middle, size


def _point(easting: float, northing: float) -> tuple[GridPoint, int]:
    if not square(easting, northing):
        raise ValidationError("The place is outside Great Britain", code="outside_britain")
    return GridPoint(easting, northing), 1
