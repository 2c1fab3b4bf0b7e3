"""Locations: what each sort of place demands, one record a place, and addresses picked."""

import datetime
import json

import pytest
from django.core.exceptions import ValidationError

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.places.models import AreaKind
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.migration.places import areas, gazetteer
from peel.pole.models import Location

NEW = "/pole/location/new/"
SQUARE = "TQ 300 804\nTQ 310 804\nTQ 310 814\nTQ 300 814"
CSV = """UPRN,SAON,PAON,Street,Town,Postcode,Easting,Northing
7001,,1,Tidemill Lane,Thamesmarch,SE28 8AA,547000,181000
7002,Flat 2,3,Tidemill Lane,Thamesmarch,SE28 8AA,547010,181010
7003,,3,Tidemill Rise,Thamesmarch,SE28 8AB,,
"""


@pytest.mark.parametrize(
    ("values", "category", "wrong"),
    [
        ({"paon": "14", "street": "Quay Street"}, "address", {}),
        ({"uprn": " 0100023336956"}, "address", {}),
        ({"category": "address", "town": "Wapping"}, "address", {"paon"}),
        ({"category": "address", "paon": "14"}, "address", {"street"}),
        ({"street": "Quay Street", "usrn": "0840001"}, "street", {}),
        ({"category": "street", "usrn": "8400001"}, "street", {"street"}),
        ({"category": "street", "paon": "1", "street": "Quay Street"}, "street", {"paon"}),
        ({"name": "The Anchor", "street": "Quay Street"}, "venue", {}),
        ({"category": "venue", "street": "Quay Street"}, "venue", {"name"}),
        ({"category": "venue", "name": "The Anchor"}, "venue", {"street"}),
        ({"category": "area", "name": "Riverside estate"}, "area", {}),
        ({"outline": SQUARE}, "area", {}),
        ({"category": "area"}, "area", {"name"}),
        ({"category": "area", "outline": "51.5, -0.1\n51.6, 0.0\n51.5, 0.0\n51.6, -0.1"},
         "area", {"outline"}),
        ({"category": "venue", "name": "A", "town": "B", "outline": SQUARE}, "venue", {"outline"}),
        ({"longitude": -0.1, "latitude": 51.5}, "point", {}),
        ({"address": "Under the bridge"}, "point", {}),
        ({}, "point", {"address"}),
        ({"paon": "1", "street": "A Street", "postcode": "SE28", "uprn": "x", "longitude": 1.0},
         "", {"postcode", "uprn", "longitude"}),
    ],
)  # fmt: skip
def test_each_sort_of_place_demands_what_makes_it_one(values, category, wrong) -> None:
    place = Location(**{"category": "", **values})
    problems: set[str] = set()
    try:
        place.clean()
    except ValidationError as problem:
        problems = set(problem.message_dict)
    assert problems == set(wrong)
    if category:
        assert place.category == category
    if place.outline and not problems:
        assert json.loads(place.outline)["type"] == "Polygon"
        assert (round(place.easting, -3), place.precision) == (531_000, "area")


def test_a_place_is_recorded_once_unless_it_is_another(database) -> None:
    who = officer(permissions=["*"], clearance=3)
    client = signed_in_client(who)
    said = {"paon": "14", "street": "Quay St", "town": "Wapping", "postcode": "e1w 2aa"}
    first = client.post(NEW, said)["Location"].split("/")[-2]
    again = client.post(NEW, {**said, "street": "QUAY STREET.", "town": ""})
    assert again.status_code == 422
    page = again.content.decode()
    assert f"This place is recorded already as {first}." in page
    assert "No, it is another: record it all the same" in page
    assert client.post(NEW, {**said, "again": "another"}).status_code == 302
    assert client.post(NEW, {**said, "saon": "Flat 1"}).status_code == 302
    # Her own edit does not meet itself, and what she may not see does not stand in anybody's way.
    where = f"/pole/location/{first}/edit/"
    answer = client.post(where, {**said, "locality": "Docks", "version": "1", "again": "another"})
    assert answer.status_code == 302
    with speaking(who):
        all_of_them = list(Location.objects.all())
    assert len(all_of_them) == 3
    for place in all_of_them:
        said_why = {"reason": "A test", "keep_me": True, "admitted": []}
        its = {"record_id": place.pk, "version": place.version}
        run(commands["pole.location.restrict"], who, its | said_why)
    other = signed_in_client(officer(permissions=["*"], clearance=3))
    assert other.post(NEW, said).status_code == 302


def test_an_address_is_picked_with_and_without_a_script(database, tmp_path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_text(CSV)
    gazetteer.load(path)
    client = signed_in_client(officer(permissions=["*"], clearance=3))
    asked = {"for": "pole.location.create", "field": "find", "q": "3 tide"}
    found = client.get("/pole/location/suggest/", asked).json()["found"]
    assert [one["key"] for one in found] == ["7002", "7003"]
    assert found[0]["label"] == "Flat 2, 3 Tidemill Lane, Thamesmarch, SE28 8AA"
    assert found[0]["fill"]["saon"] == "Flat 2"
    assert found[0]["fill"]["category"] == "address"
    several = client.post(NEW, {"find": "se28 8aa", "paon": "99"})
    assert several.status_code == 422
    assert 'name="find-pick" value="7002"' in several.content.decode()
    made = client.post(NEW, {"find": "se28 8aa", "find-pick": "7002", "paon": "99"})
    page = client.get(made["Location"]).content.decode()
    assert "Flat 2, 3 Tidemill Lane, Thamesmarch, SE28 8AA" in page
    assert "7002" in page
    twice = client.post(NEW, {"find": "7002"})
    assert "recorded already as LO" in twice.content.decode()


def test_a_page_names_the_areas_of_today(database, tmp_path) -> None:
    ring = [[547_000, 181_000], [548_000, 181_000], [548_000, 182_000], [547_000, 181_000]]
    ward = {"type": "Feature", "properties": {"code": "W1", "name": "Tidewater"},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    path = tmp_path / "wards.geojson"
    path.write_text(json.dumps({"features": [ward], "crs": "EPSG:27700"}))
    areas.load(areas.Wanted(path, AreaKind.WARD, datetime.date(2020, 1, 1)))
    client = signed_in_client(officer(permissions=["*"], clearance=3))
    inside = {"address": "The slip", "longitude": "0.12226", "latitude": "51.51067"}
    page = client.get(client.post(NEW, inside)["Location"]).content.decode()
    for words in ("Ward", "Tidewater", "W1", "1 January 2020"):
        assert words in page
    outside = client.post(NEW, {**inside, "latitude": "51.6"})["Location"]
    assert "It lies in none of the areas loaded." in client.get(outside).content.decode()
