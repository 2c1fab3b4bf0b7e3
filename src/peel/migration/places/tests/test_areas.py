"""Areas: editions, holes, borders, refusals, the index, and who may write them."""

import datetime
import itertools
import json
import random

import numpy as np
import pytest
from django.db import IntegrityError, ProgrammingError, connections

from peel.kernel.places import areas as lying
from peel.kernel.places import coordinates, outlines
from peel.kernel.places.models import AreaVersion
from peel.migration.places import cli

EAST, NORTH = 530_000, 180_000
DAY = datetime.date(2024, 5, 2)


def square(east: float, north: float, size: float) -> list[list[float]]:
    """A ring, in metres from a corner in Westminster."""
    east, north = EAST + east, NORTH + north
    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return [[east + x, north + y] for x, y in corners]


def feature(code: str, *rings: list, name: str = "", kind: str = "Polygon") -> dict:
    """A feature of one polygon, its border first."""
    properties = {"WD24CD": code, "WD24NM": name or f"Ward {code}"}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": list(rings)},
    }


@pytest.fixture
def load(database, tmp_path):
    """Loads features as people do: writes a file and calls the command line."""

    def done(*features: dict, day: str = "2024-05-02", kind: str = "ward", metres=True, more=()):
        document = {"type": "FeatureCollection", "features": list(features)}
        if metres:
            document["crs"] = {"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
        path = tmp_path / "wards.geojson"
        path.write_text(json.dumps(document))
        return cli.load_areas([str(path), "--kind", kind, "--from", day, *more])

    return done


def codes(east: float, north: float, **more) -> list[str]:
    return [found.code for found in lying.at(EAST + east, NORTH + north, **more)]


def test_editions_follow_each_other_and_a_load_again_changes_nothing(load, capsys) -> None:
    west, middle = feature("A", square(0, 0, 100)), feature("B", square(100, 0, 100))
    assert load(west, middle) == 0
    assert load(west, middle) == 0
    assert "Nothing changed" in capsys.readouterr().out
    # From 2026 one ward is both; a correction of that edition renames it.
    whole = feature("C", [*square(0, 0, 200)[:2], *square(0, 0, 100)[2:3], square(0, 0, 100)[3],
                          square(0, 0, 100)[0]])  # fmt: skip
    assert load(whole, day="2026-05-07") == 0
    whole["properties"]["WD24NM"] = "Both Banks"
    assert load(whole, day="2026-05-07") == 0
    # An edition between the two, loaded afterwards, takes its own time only.
    assert load(feature("M", square(0, 0, 100)), day="2025-01-01") == 0
    history = [codes(10, 10, on=datetime.date(year, 6, 1)) for year in (2023, 2024, 2025, 2026)]
    assert history == [[], ["A"], ["M"], ["C"]]
    assert codes(10, 10, on=datetime.date(2026, 5, 6)) == ["M"]
    assert codes(10, 10, on=datetime.date(2026, 5, 7)) == ["C"]
    (now,) = lying.at(EAST + 10, NORTH + 10)
    assert (now.name, now.title, now.valid_to) == ("Both Banks", "Ward", None)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from places_areaversion v join places_areaedition e"
                       " on e.id = v.edition_id where e.area_set_id = 'ward'")  # fmt: skip
        assert cursor.fetchone() == (4,)
    # The database holds to it, whoever writes.
    alone = pytest.raises(IntegrityError, match="places_edition_alone")
    with alone, connections["loader"].cursor() as cursor:
        cursor.execute("update places_areaedition set valid_to = null")
    with connections["default"].cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("update places_areaversion set name = 'Mine'")


def test_holes_and_borders_by_the_index_and_by_the_tree(load) -> None:
    ring, hole = square(0, 0, 300), square(100, 100, 100)
    # A lake with an island in it that belongs to the ward around; and neighbours at its borders.
    ward = feature("A", [ring, hole], [square(140, 140, 20)], kind="MultiPolygon")
    east, north = feature("B", square(300, 0, 300)), feature("0", square(0, 300, 300))
    assert load(ward, east, north) == 0
    expected = {
        (50, 50): "A", (110, 110): None, (150, 150): "A", (130, 150): None, (200, 150): "A",
        (100, 150): "A", (450, 10): "B", (300, 150): "A", (150, 300): "0", (300, 300): "0",
        (0, 0): "A", (600, 300): "B", (600.01, 300): None, (-0.01, 5): None, (299.999, 5): "A",
    }  # fmt: skip
    for point, code in expected.items():
        assert codes(*point, on=DAY) == ([code] if code else []), point
    tree = lying.Tree.of_set("ward", on=DAY)
    chosen = random.Random(4)
    points = [*expected, *((chosen.uniform(-50, 650), chosen.uniform(-50, 650)) for _ in "x" * 300)]
    found = tree.places(*(np.array(axis) + start for axis, start in
                          zip(zip(*points, strict=True), (EAST, NORTH), strict=True)))  # fmt: skip
    for point, place in zip(points, found, strict=True):
        assert ([tree.codes[place]] if place >= 0 else []) == codes(*point, on=DAY), point
    # Another set is asked apart, and areas that were drawn may overlap.
    assert load(feature("P", square(0, 0, 60)), feature("Q", square(0, 0, 90)), kind="drawn") == 0
    assert codes(50, 50, on=DAY) == ["A", "P", "Q"]
    assert codes(50, 50, on=DAY, kinds=["ward"]) == ["A"]


def test_a_crooked_tessellation_holds_each_point_once_and_the_index_is_used(load) -> None:
    # Long crooked borders with holes in them are cut into many pieces, along no common grid.
    chosen = random.Random(11)
    bounds = [
        [[EAST + x + chosen.uniform(-90, 90), NORTH + y] for y in range(-2000, 2001, 16)]
        for x in range(-2000, 2001, 500)
    ]
    strips = []
    for number, (west, east) in enumerate(itertools.pairwise(bounds)):
        strips.append(feature(f"S{number}", [*west, *reversed(east), west[0]]))
    assert load(*strips) == 0
    (parts,) = _all("select count(*) from places_areapart")[0]
    assert parts > 4 * len(strips)
    for line in bounds[1:-1]:
        for (x1, y1), (x2, y2) in itertools.pairwise(line):
            share = chosen.random()
            at = lying.at(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share, on=DAY)
            assert len(at) == 1
    _all("insert into places_areapart (version_id, edition_id, shape) select version_id,"
         " edition_id, polygon(box(point(n, n), point(n + 5, n + 5))) from places_areapart,"
         " generate_series(1, 400) n where version_id = (select min(id) from places_areaversion)"
         " returning 1")  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze places_areapart")
    point = f"point({EAST + 10}, {NORTH + 10})"
    plan = _all(f"explain select from places_areapart p where box(p.shape) @> box({point}, {point})"
                f" and p.shape @> {point}")  # fmt: skip
    assert any("places_areapart_box" in line for (line,) in plan)


def _all(query: str) -> list[tuple]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_what_is_wrong_with_a_file_is_said_and_nothing_is_loaded(load, capsys, tmp_path) -> None:
    bow = [[-0.1, 51.5], [-0.09, 51.51], [-0.09, 51.5], [-0.1, 51.51], [-0.1, 51.5]]
    fine = [[-0.1, 51.5], [-0.09, 51.5], [-0.09, 51.51], [-0.1, 51.5]]
    inner = [[-0.2, 51.5], [-0.19, 51.5], [-0.19, 51.51], [-0.2, 51.5]]
    said = {
        "crosses itself at longitude -0.095000, latitude 51.505000 (TQ 32":
            feature("A", bow, name="Bow Tie"),
        "hole lies outside": feature("C", fine, inner),
        "not closed: it begins at longitude -0.100000": feature("D", [*fine[:-1], [-0.1, 51.502]]),
        "Latitude and longitude are swapped": feature("E", [[y, x] for x, y in fine]),
        "outside Great Britain, at 2.35, 48.86": feature("F", [[2.35, 48.86], *fine[1:3],
                                                                [2.35, 48.86]]),
        "fewer than three corners": feature("G", fine[:3]),
        "not two numbers": feature("H", [[None, 51.5], *fine[1:3], [None, 51.5]]),
        "a Polygon or a MultiPolygon, not Point": feature("I", fine, kind="Point"),
        "Feature 9 has the same code": feature("Z", fine),
    }  # fmt: skip
    features = [*said.values()]
    features.insert(8, feature("Z", fine))
    assert load(*features, metres=False) == 1
    problems = capsys.readouterr().err.splitlines()
    assert problems[0].endswith("was not loaded; nothing changed.")
    for line, (words, one) in zip(problems[1:], said.items(), strict=True):
        assert words in line
        assert f"({one['properties']['WD24NM']})" in line
    assert problems[1].startswith("  Feature 1 (Bow Tie): It crosses itself")
    assert not AreaVersion.objects.exists()
    for text in ("{", "[]", '{"features": []}', '{"features": [3], "crs": "EPSG:3857"}'):
        path = tmp_path / "bad.geojson"
        path.write_text(text)
        assert cli.load_areas([str(path), "--kind", "ward", "--from", "2024-05-02"]) == 1
    assert load(feature("A", fine), metres=False, more=["--set", "x"]) == 0
    assert load(feature("A", fine), metres=False, kind="beat", more=["--set", "x"]) == 1
    assert "has areas of the kind ward, not beat" in capsys.readouterr().err


def test_an_outline_is_drawn_by_corners_or_geojson() -> None:
    drawn = outlines.read_drawn("TQ 300 804\nTQ 310 804\nTQ 310 814; TQ 300 814")
    assert drawn.grid.area == pytest.approx(1_000_000, rel=0.001)
    again = outlines.read_drawn(outlines.as_geojson(drawn))
    assert again.grid.symmetric_difference(drawn.grid).area < 50
    inside = outlines.middle(again)
    assert coordinates.square(inside.easting, inside.northing) == "TQ"
    for wrong, words in {
        "51.50, -0.10\n51.51, -0.09\n51.50, -0.09\n51.51, -0.10": "crosses itself at longitude",
        "TQ 300 804": "fewer than three",
        "{": "not GeoJSON",
        "here": "Enter a grid reference",
    }.items():
        with pytest.raises(Exception, match=words):
            outlines.read_drawn(wrong)
