"""Giving a place its coordinates, so that both pairs always agree."""

from peel.kernel.places import coordinates, grid
from peel.kernel.places.models import Placed, Precision


def at_world(
    place: Placed, longitude: float, latitude: float, precision: Precision = Precision.EXACT
) -> None:
    """Put `place` at a point of WGS 84; saves nothing. Raises ValidationError outside Britain."""
    found = coordinates.to_grid(longitude, latitude)
    place.longitude, place.latitude = longitude, latitude
    place.easting, place.northing = found.easting, found.northing
    place.precision = precision


def at_grid(
    place: Placed, easting: float, northing: float, precision: Precision = Precision.EXACT
) -> None:
    """Put `place` at a grid point; saves nothing. Raises ValidationError outside Britain."""
    found = coordinates.to_world(easting, northing)
    place.easting, place.northing = easting, northing
    place.longitude, place.latitude = found.longitude, found.latitude
    place.precision = precision


def at_reference(place: Placed, text: str, precision: Precision = Precision.EXACT) -> None:
    """Put `place` in the middle of the square of a grid reference; saves nothing.

    The uncertainty becomes the side of the square. Raises ValidationError naming what is wrong.
    """
    middle, size = grid.read(text)
    at_grid(place, middle.easting, middle.northing, precision)
    place.precision_metres = size


def nowhere(place: Placed) -> None:
    """Take its coordinates away; saves nothing."""
    place.longitude = place.latitude = place.easting = place.northing = None
    place.precision, place.precision_metres = Precision.UNKNOWN, None
