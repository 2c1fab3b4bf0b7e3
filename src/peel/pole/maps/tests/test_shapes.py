"""Shapes in an address: what is read, what is refused and in which words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peel.machine.commands.problems import Invalid
from peel.pole.maps.shapes import Shape, box_of, grid_of, read

BOW = "polygon:-0.11,51.51,-0.09,51.53,-0.09,51.51,-0.11,51.53"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("box:-0.11,51.51,-0.09,51.53", "between 51.5100, -0.1100 and 51.5300, -0.0900"),
        ("circle:-0.108,51.518,500", "within 500 metres of 51.5180, -0.1080"),
        ("circle:-0.108,51.518,2500", "within 2.5 km of 51.5180, -0.1080"),
        ("polygon:-0.11,51.51,-0.09,51.51,-0.1,51.53", "inside a polygon of 3 corners"),
    ],
)
def test_a_shape_is_read_and_told(text, words):
    assert read(text).text == text
    assert read(text).words == f"On the map: {words}"
    west, south, east, north = read(text).bounds
    assert -0.2 < west < east < 0
    assert 51.4 < south < north < 51.6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOW, "crosses itself near 51.5200, -0.1000"),
        ("polygon:-0.11,51.51,-0.09,51.51", "at least three corners"),
        ("polygon:-0.11,51.51,-0.10,51.51,-0.09,51.51", "crosses itself|on one line"),
        ("polygon:" + ",".join(["-0.1,51.5"] * 101), "100 corners at most"),
        ("box:-0.09,51.51,-0.11,51.53", "west edge"),
        ("box:-0.11,51.53,-0.09,51.51", "south edge"),
        ("box:-0.11,51.53,-0.09", "west, south, east and north"),
        ("box:-0.11,51.51,nan,51.53", "as numbers"),
        ("box:-0.11,51.51,1e9,51.53", "as numbers"),
        ("box:10,51,11,52", "beyond Great Britain"),
        ("circle:-0.1,51.5,0", "between 1 and 100,000"),
        ("circle:-0.1,51.5", "middle of the circle"),
        ("circle:10,51.5,500", "outside Great Britain"),
        ("star:1,2,3", "cannot be read"),
        ("box:" + "1" * 5000, "cannot be read"),
        ("box:\x00", "as numbers"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(Invalid, match=said):
        read(text)


@settings(max_examples=40)
@given(st.text(max_size=60) | st.builds("{}:{}".format, st.sampled_from(["box", "polygon"]),
       st.lists(st.floats(-2, 60).map(str), max_size=9).map(",".join)))  # fmt: skip
def test_any_text_is_read_or_refused(text):
    try:
        shape = read(text)
    except Invalid:
        return
    assert read(shape.text).kind == shape.kind


def test_a_shape_on_the_grid_and_a_view_of_everything():
    assert grid_of(read("circle:-0.108,51.518,500")).circle.endswith(",500.0>")
    assert grid_of(Shape("box", (-0.11, 51.51, -0.09, 51.53))).polygon.count("(") == 33
    assert "800000" in box_of(-180, -90, 180, 90)
