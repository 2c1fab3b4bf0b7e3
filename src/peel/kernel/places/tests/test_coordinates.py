"""Coordinates agree with Ordnance Survey's own figures, and stay within Great Britain."""

import math

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.places import coordinates
from peel.kernel.places.tests.points import PUBLISHED

MILLIMETRE = 0.001


@pytest.mark.parametrize(("name", "latitude", "longitude", "easting", "northing"), PUBLISHED)
def test_every_published_point_is_met_to_the_millimetre(
    name, latitude, longitude, easting, northing
) -> None:
    found = coordinates.to_grid(longitude, latitude)
    assert found.easting == pytest.approx(easting, abs=MILLIMETRE * 1.01)
    assert found.northing == pytest.approx(northing, abs=MILLIMETRE * 1.01)
    back = coordinates.to_world(easting, northing)
    metres = 111_320
    assert abs(back.latitude - latitude) * metres < 5 * MILLIMETRE
    along = metres * math.cos(math.radians(latitude))
    assert abs(back.longitude - longitude) * along < 5 * MILLIMETRE


def test_many_points_are_converted_as_one_is() -> None:
    _, latitudes, longitudes, eastings, northings = zip(*PUBLISHED, strict=True)
    east, north = coordinates.many_to_grid(longitudes, latitudes)
    assert np.abs(east - eastings).max() < 1.1 * MILLIMETRE
    assert np.abs(north - northings).max() < 1.1 * MILLIMETRE
    east, _ = coordinates.many_to_grid([-0.1, 2.35, math.nan], [51.5, 48.85, 51])
    assert np.isnan(east).tolist() == [False, True, True]


@given(st.floats(-5, 1.5), st.floats(50.2, 58.5))
def test_there_and_back_is_the_same_place(longitude: float, latitude: float) -> None:
    try:
        point = coordinates.to_grid(longitude, latitude)
    except ValidationError:
        return
    back = coordinates.to_world(point.easting, point.northing)
    assert back.longitude == pytest.approx(longitude, abs=1e-7)
    assert back.latitude == pytest.approx(latitude, abs=1e-7)


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(2.35, 48.85), (-6.26, 53.34), (-2.1, 49.2), (0, 0), (-20, 50), (5.32, 60.39), (51.5, -0.1)],
)
def test_a_place_outside_great_britain_is_refused(longitude: float, latitude: float) -> None:
    with pytest.raises(ValidationError, match="outside Great Britain"):
        coordinates.to_grid(longitude, latitude)


def test_what_is_no_coordinate_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="latitude must be between"):
        coordinates.to_grid(0, 91)
    with pytest.raises(ValidationError, match="longitude must be between"):
        coordinates.to_grid(181, 51)
    with pytest.raises(ValidationError, match="latitude must be between"):
        coordinates.to_grid(math.nan, math.nan)
    for easting, northing in ((math.inf, 1), (-1, 180_000), (530_000, 1_400_000), (math.nan, 0)):
        with pytest.raises(ValidationError, match="outside Great Britain"):
            coordinates.to_world(easting, northing)
    with pytest.raises(ValueError, match="both"):
        coordinates.many_to_grid([1.0], [51.0, 52.0])


def test_each_square_knows_its_corner() -> None:
    assert len(coordinates.LAND) == 56
    for letters in coordinates.LAND:
        corner = coordinates.origin(letters)
        assert corner is not None
        assert coordinates.square(corner.easting, corner.northing) == letters
        assert coordinates.square(corner.easting + 99_999, corner.northing + 99_999) == letters
    assert coordinates.origin("ZZ") is coordinates.origin("IA") is None
