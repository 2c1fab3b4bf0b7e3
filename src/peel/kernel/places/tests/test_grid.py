"""Grid references are read as they are written on maps, and written as they are read."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.places import grid
from peel.kernel.places.coordinates import GridPoint, square
from peel.kernel.places.tests.points import PUBLISHED


@given(st.integers(0, 699_999), st.integers(0, 1_299_999), st.integers(1, 5))
def test_the_square_written_holds_the_point(easting: int, northing: int, digits: int) -> None:
    if not square(easting, northing):
        with pytest.raises(ValidationError, match="outside Great Britain"):
            grid.write(easting, northing, digits=digits)
        return
    middle, size = grid.read(grid.write(easting, northing, digits=digits))
    assert size == 10 ** (5 - digits)
    assert abs(middle.easting - easting) <= size / 2
    assert abs(middle.northing - northing) <= size / 2


def test_every_published_point_is_written_and_read() -> None:
    for _, _, _, easting, northing in PUBLISHED:
        middle, _ = grid.read(grid.write(easting, northing))
        assert abs(middle.easting - easting) <= 0.5
        assert abs(middle.northing - northing) <= 0.5


@pytest.mark.parametrize(
    "text",
    ["TQ 30123 80456", "tq3012380456", " tq 30123 80456 ", "TQ\t30123 80456", "530123.5, 180456.5"],
)
def test_a_reference_is_read_however_it_is_typed(text: str) -> None:
    assert grid.read(text) == (GridPoint(530_123.5, 180_456.5), 1)


def test_figures_are_cut_and_padded() -> None:
    assert grid.write(530_129.99, 180_459.99, digits=3) == "TQ 301 804"
    assert grid.write(9_587.909, 899_448.996) == "NF 09587 99448"
    assert grid.read("TQ 38") == (GridPoint(535_000, 185_000), 10_000)
    with pytest.raises(ValueError, match="one to five"):
        grid.write(530_000, 180_000, digits=6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter a grid reference"),
        ("TQ", "Enter a grid reference"),
        ("banana", "Enter a grid reference"),
        ("TQ 301 80456 7890", "Enter a grid reference"),
        ("TQ 301 8045", "as many figures"),
        ("ZZ 301 804", "ZZ is not a square"),
        ("IQ 301 804", "IQ is not a square"),
        ("900000, 100", "outside Great Britain"),
        ("1" * 500, "Enter a grid reference"),
        ("TQ ३०१ ८०४", "Enter a grid reference"),
    ],
)
def test_what_is_no_reference_is_refused_plainly(text: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        grid.read(text)
