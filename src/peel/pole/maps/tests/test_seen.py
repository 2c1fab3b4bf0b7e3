"""What a map shows: points or squares, narrowed like the list, and nothing that is hidden."""

import html
import json
import re

import pytest
from django.test import Client
from tests.machine.test_export import gathered
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, organisation, signed_in_client, unit
from peel.kernel.places import coordinates
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.migration.places import cli
from peel.pole.maps import seen
from peel.pole.maps.tests.given import HERE, crime, data, place
from peel.pole.maps.tests.test_shapes import BOW
from peel.services.oversight.tests.scenes import rows

pytestmark = pytest.mark.usefixtures("database")
CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
MAP = "/investigation/crime/map/"
NEAR = "circle:-0.108,51.518,50"


def looks(who):
    """The subjects of each look at the map, in order."""
    found = rows(
        "select subjects from audit_line where user_id = %s and name = 'investigation.crime.map'"
        " and outcome = 'done' order by id",
        [who.user_id],
    )
    return [set(subjects) for (subjects,) in found]


def test_points_then_squares_and_the_ledger(monkeypatch):
    who = officer("supervisor")
    client = signed_in_client(who)
    here, there = place(who), place(who, -0.11, 51.52, paon="9")
    made = [crime(who, here), crime(who, here), crime(who, there, "Drugs")]
    crime(who, place(who, 1.2, 52.6))
    crime(who, None)
    held = data(client)
    assert held["total"] == 3
    assert held["squares"] == []
    assert sorted(spot[3] for spot in held["spots"]) == [1, 2]
    assert all(each.reference in held["table"] for each in made)
    assert looks(who) == [{*(each.pk for each in made), here.pk, there.pk}]
    assert data(client, category="Drugs")["total"] == 1
    monkeypatch.setattr(seen, "MOST", 2)
    held = data(client)
    assert held["spots"] == []
    assert sum(square[2] for square in held["squares"]) == held["total"] == 3
    assert "TQ 31 81" in held["table"]
    assert not any(each.reference in held["table"] for each in made)
    assert looks(who)[2:] == [set()]
    # The page opens on all that has a place, and says so without a script.
    page = client.get(MAP).content.decode()
    assert "4 crimes in view" in page
    assert "TG" in page
    moved = data(client, box="-0.2,51.4,0.01,51.61")["squares"]
    assert {tuple(square[:3]) for square in moved} == {tuple(s[:3]) for s in held["squares"]}


def test_what_is_hidden_is_in_no_point_square_count_or_edge(monkeypatch):
    owner = officer("supervisor", clearance=3)
    elsewhere = unit("Elsewhere", of=organisation("Northmarch Constabulary"))
    others = [
        officer("supervisor", clearance=3),
        officer("supervisor", clearance=1),
        officer("supervisor", clearance=3, of=elsewhere),
    ]
    here, away = place(owner), place(owner, 1.2, 52.6, street="Xanadu Crescent")
    shown, hidden, at_hidden = crime(owner, here), crime(owner, here), crime(owner, away)
    restrict(owner, hidden)
    with speaking(owner):
        away.refresh_from_db()
    restrict(owner, away)
    everything = "-8,49.9,2,58"
    assert data(signed_in_client(owner), everything)["total"] == 3
    for most in (200, 0):
        monkeypatch.setattr(seen, "MOST", most)
        for number, who in enumerate(others):
            client = signed_in_client(who)
            held = data(client, everything)
            assert held["total"] == (1, 1, 0)[number]
            assert len(held["spots"] + held["squares"]) == (1, 1, 0)[number]
            page = client.get(MAP).content.decode()
            for text in (page, str(held)):
                assert "Xanadu" not in text
                assert hidden.reference not in text
                assert at_hidden.reference not in text
            # Neither the edges of the whole nor a shape in the list tells of them.
            assert "52.6" not in page
            found = client.get("/investigation/crime/", {"shape": "box:1,52,1.5,53"})
            assert at_hidden.reference not in found.content.decode()
            found = client.get("/investigation/crime/", {"shape": NEAR}).content.decode()
            assert (shown.reference in found) is (number < 2)
            assert "Xanadu" not in client.get(MAP, {"around": "Xanadu"}).content.decode()[:200]
            assert client.get(MAP, {"around": "Xanadu Crescent", "metres": "50"}).status_code == 422


def test_four_callers():
    who = officer("supervisor")
    crime(who, place(who))
    nobody, without = Client(), signed_in_client(officer(permissions=[]))
    blind = signed_in_client(officer(permissions=["investigation.crime.view"]))
    for where in (MAP, f"{MAP}data/?box=-0.2,51.4,0,51.6"):
        assert nobody.get(where).status_code == 302
        assert without.get(where).status_code == 403
        assert blind.get(where).status_code == 403
        assert signed_in_client(who).get(where).status_code == 200
        assert signed_in_client(who).post(where).status_code == 405
    assert "Map</a>" not in blind.get("/investigation/crime/").content.decode()


def test_a_shape_narrows_the_list_its_export_and_what_is_kept():
    who = officer("supervisor", permissions=["*"])
    client = signed_in_client(who)
    near, far = crime(who, place(who)), crime(who, place(who, -0.12, 51.53), "Drugs")
    page = client.get("/investigation/crime/", {"shape": NEAR}).content.decode()
    assert "On the map: within 50 metres of 51.5180, -0.1080" in page
    assert "1 crime" in page
    assert near.reference in page
    assert far.reference not in page
    assert f"{MAP}?shape=circle%3A-0.108" in page
    assert client.get("/investigation/crime/", {"shape": BOW}).status_code == 422
    assert "crosses itself" in client.get(MAP, {"shape": BOW}).content.decode()
    export = client.get("/investigation/crime/export.csv", {"shape": NEAR})
    body = gathered(export)[0].decode()
    assert near.reference in body
    assert far.reference not in body
    listed = client.get("/api/investigation/crime/", {"shape": NEAR}).json()
    assert far.reference not in str(listed)
    kept = {"do": "save", "name": "Greville Street", "query": f"shape={NEAR}"}
    saved = client.post("/investigation/crime/views/", kept, follow=True).content.decode()
    assert near.reference in saved
    assert far.reference not in saved
    # A location is its own place; a person has none.
    assert "7 Greville" in client.get("/pole/location/", {"shape": NEAR}).content.decode()
    assert client.get("/pole/nominal/map/").status_code == 404


def test_a_shape_is_entered_in_fields():
    who = officer("supervisor")
    client = signed_in_client(who)
    crime(who, place(who, postcode="EC1N 8RN"))

    def sent(**fields):
        answer = client.get(MAP, {"set": "1", "category": "Burglary", **fields})
        return answer.status_code, answer.headers.get("Location") or answer.content.decode()

    for around in ("EC1N 8RN", "7 Greville Street", "51.518, -0.108", "TQ 31370 81567"):
        status, where = sent(around=around, metres="500")
        assert status == 302, around
        assert where.startswith(f"{MAP}?category=Burglary&shape=circle%3A-0.108")
        assert "1 crime in view" in client.get(where).content.decode()
    edges = {"west": "-0.11", "east": "-0.1", "south": "51.51", "north": "51.52"}
    status, where = sent(**edges)
    assert (status, where.partition("shape=")[2]) == (302, "box%3A-0.11%2C51.51%2C-0.1%2C51.52")
    for fields, said in (
        ({}, "Enter an address or a postcode"),
        ({"around": "Nowhere Lane 99"}, "No location is known by this"),
        ({"around": "EC1N 8RN", "metres": "near"}, "Distance: enter a number"),
        (edges | {"west": "-0.05"}, "west edge of the box must lie west"),
        (edges | {"north": ""}, "North edge: enter a number"),
        (edges | {"north": "nan"}, "North edge: enter a number"),
    ):
        status, page = sent(**fields)
        assert status == 422
        assert said in page
    for box in ("1", "0,0,0,0", "a,b,c,d", "nan,51,1,52", "9,51,1,52"):
        assert "cannot be read" in data(client, box=box, status=422)["problem"]
        assert client.get(MAP, {"box": box}).status_code == 422


def ward(code, east, north, size):
    """A square ward called Greville, by its middle and half its side in metres."""
    ring = [[east + x * size, north + y * size] for x, y in CORNERS]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    named = {"WD24CD": code, "WD24NM": "Greville"}
    return {"type": "Feature", "properties": named, "geometry": geometry}


def test_an_area_narrows_the_list_and_is_chosen_by_name(tmp_path):
    who = officer("supervisor")
    client = signed_in_client(who)
    inside, outside = crime(who, place(who)), crime(who, place(who, -0.12, 51.53), "Drugs")
    hidden = crime(who, place(who, paon="9"))
    at = coordinates.to_grid(*HERE)
    features = [ward("A1", at.easting, at.northing, 100), ward("A2", at.easting, 150_000, 100)]
    crs = {"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    file = tmp_path / "wards.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features, "crs": crs}))
    assert cli.load_areas([str(file), "--kind", "ward", "--from", "2024-05-02"]) == 0
    restrict(who, hidden)
    reader = signed_in_client(officer("supervisor"))
    two = reader.get(MAP, {"within": "greville", "metres": "500", "set": "1"})
    body = html.unescape(two.content.decode())
    found = re.findall(r'href="(\?area=\d+)">Greville \(ward, (A\d)\)', body)
    assert [code for _, code in found] == ["A1", "A2"]
    for client_, total in ((client, 2), (reader, 1)):
        page = client_.get(f"{MAP}{found[0][0]}").content.decode()
        assert f"{total} crime" in page
        assert "In the area: Greville (ward)" in page
        assert outside.reference not in page
        listed = client_.get(f"/investigation/crime/{found[0][0]}").content.decode()
        assert inside.reference in listed
        assert (hidden.reference in listed) is (total == 2)
    one = reader.get(MAP, {"within": "A2", "set": "1"})
    assert one["Location"] == f"{MAP}{found[1][0]}"
    assert "0 crimes in view" in reader.get(one["Location"]).content.decode()
    assert reader.get(MAP, {"within": "Atlantis", "set": "1"}).status_code == 422
    assert reader.get("/investigation/crime/", {"area": "999999"}).status_code == 422


def test_a_record_shows_the_places_it_names_and_those_linked():
    who = officer("supervisor", clearance=3)
    home, work = place(who, paon="14"), place(who, 1.2, 52.6, street="Xanadu Crescent")
    nowhere = run(commands["pole.location.create"], who, {"address": "By the old canal"})
    person = run(commands["pole.nominal.create"], who, {"family_name": "Okafor"})
    for other, reading in ((home, "home>"), (work, "works_at>"), (nowhere, "frequents>")):
        values = {"record_id": person.pk, "other": other, "reading": reading}
        run(commands["pole.link.create"], who, values)
    with speaking(who):
        work.refresh_from_db()
    restrict(who, work)

    def panel(reader, record, kind="pole/nominal"):
        answer = signed_in_client(reader).get(f"/{kind}/{record.reference}/panels/map/")
        assert answer.status_code == 200
        return answer.content.decode()

    mine, other = panel(who, person), panel(officer("supervisor"), person)
    assert "14 Greville Street" in mine
    assert "lives at" in mine
    assert "By the old canal" in mine
    assert "Not on the map" in mine
    assert "3 in all" in mine
    assert "Xanadu" not in other
    assert "2 in all" in other
    assert "TQ 31" in panel(who, crime(who, home), "investigation/crime")
    assert "This place" in panel(who, home, "pole/location")
