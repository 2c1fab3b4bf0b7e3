"""Look-ups by distance: by index, nearest first, and only what the caller may see."""

import math
import random
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import ProgrammingError, connections, transaction

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests import factories
from peel.kernel.base.ids import uuid7
from peel.kernel.places import placing, queries
from peel.kernel.places.models import Precision

TABLE = """
create table stage_place (id uuid primary key, easting double precision, northing double precision);
create trigger places_keep_point after insert or delete or update of easting, northing
on stage_place for each row execute function places.keep_point('id');
"""
RECORD = """
insert into records_record (id, kind, reference, title, organisation_id, marking, restricted, state,
  version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
values (%(id)s, 'stage.place', %(reference)s, 'A place', %(organisation)s, 1, %(restricted)s,
  'live', 1, now(), %(appointment)s, now(), %(appointment)s, 'stage.record')
"""
CHARING_CROSS = (530_028.0, 180_380.0)


class Map:
    """Puts records on the map, as their owner."""

    def __init__(self, identity) -> None:
        self.identity = identity
        self.count = 0

    def put(self, east: float, north: float, *, restricted: bool = False) -> UUID:
        identifier, self.count = uuid7(), self.count + 1
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            cursor.execute(
                RECORD,
                {
                    "id": identifier,
                    "reference": f"ST26-0000-{self.count:04d}-A",
                    "organisation": self.identity.organisation_id,
                    "restricted": restricted,
                    "appointment": self.identity.appointment_id,
                },
            )
            cursor.execute(
                "insert into stage_place values (%s, %s, %s)",
                [identifier, CHARING_CROSS[0] + east, CHARING_CROSS[1] + north],
            )
        return identifier

    def do(self, query: str, *values: object) -> list[tuple]:
        with connections["owner"].cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def near(self, metres: float, **more):
        with speaking(self.identity):
            return queries.within(*CHARING_CROSS, metres, **more)


@pytest.fixture
def chart(database):
    with connections["owner"].cursor() as cursor:
        cursor.execute(TABLE)
    made = Map(factories.officer())
    yield made
    made.do("drop table stage_place")


def test_a_point_is_kept_as_its_row_changes(chart: Map) -> None:
    identifier = chart.put(0, 0)
    points = "select record_id, easting, place::text from places_point"
    assert chart.do(points) == [(identifier, 530_028.0, "(530028,180380)")]
    chart.do("update stage_place set easting = 530000.5")
    assert chart.do(points) == [(identifier, 530_000.5, "(530000.5,180380)")]
    chart.do("update stage_place set northing = null")
    assert chart.do(points) == []
    chart.do("update stage_place set northing = 180000")
    chart.do("delete from stage_place")
    assert chart.do(points) == []


def test_the_nearest_come_first_and_the_rest_by_page(chart: Map) -> None:
    chosen = random.Random(7)
    put = {}
    for _ in range(60):
        # Anonymised map points: many records stand on the very same spot.
        east, north = chosen.choice([0, 100, 300, 700]), chosen.choice([0, 200, 400])
        put[chart.put(east, north)] = math.hypot(east, north)
    expected = sorted((d, i) for i, d in put.items() if d <= 500)
    found = chart.near(500)
    assert [(near.metres, near.record_id) for near in found] == [
        (pytest.approx(d), i) for d, i in expected
    ]
    pages, after = [], None
    while page := chart.near(500, limit=7, after=after):
        pages += page
        after = page[-1]
    assert pages == found
    with speaking(chart.identity):
        assert list(queries.all_within(*CHARING_CROSS, 500)) == found


def test_what_may_not_be_seen_takes_no_place_in_the_answer(chart: Map) -> None:
    hidden = [chart.put(n, 0, restricted=True) for n in range(5)]
    seen = [chart.put(100 + n, 0) for n in range(3)]
    assert [near.record_id for near in chart.near(500, limit=3)] == seen
    assert not set(hidden) & {near.record_id for near in chart.near(500)}
    elsewhere = factories.unit(of=factories.organisation("Otherton Police"))
    with speaking(factories.officer(of=elsewhere)):
        assert queries.within(*CHARING_CROSS, 500) == []
    with transaction.atomic():
        assert queries.within(*CHARING_CROSS, 500) == []


def test_the_points_are_closed_to_the_web_role(chart: Map) -> None:
    chart.put(0, 0)
    for forbidden in (
        "select * from places_point",
        "delete from places_point",
        "create trigger t before insert on places_point execute function places.keep_point('id')",
    ):
        with pytest.raises(ProgrammingError), connections["default"].cursor() as cursor:
            cursor.execute(forbidden)


def test_a_question_too_large_is_refused(chart: Map) -> None:
    for metres, limit in ((50_001, 1), (-1, 1), (math.nan, 1), (1, 0), (1, 1_001)):
        with pytest.raises(ValueError, match="must be between"):
            queries.within(0, 0, metres, limit=limit)
    with pytest.raises(Exception, match="too large"), connections["default"].cursor() as cursor:
        cursor.execute("select * from places.within(0, 0, 1e9, 10)")


def test_the_index_is_used(chart: Map) -> None:
    chart.do(
        "insert into places_point (record_id, easting, northing)"
        " select gen_random_uuid(), 400000 + random() * 100000, 200000 + random() * 100000"
        " from generate_series(1, 20000)"
    )
    chart.do("analyze places_point")
    plan = chart.do(
        "explain select record_id from places_point"
        " where place <@ circle(point(450000, 250000), 500)"
        " order by place <-> point(450000, 250000), record_id limit 10"
    )
    assert any("places_point_place" in line for (line,) in plan)


def test_both_pairs_of_coordinates_agree() -> None:
    place = SimpleNamespace()
    placing.at_reference(place, "TQ 300 804")
    assert (place.easting, place.northing, place.precision_metres) == (530_050, 180_450, 100)
    assert place.longitude == pytest.approx(-0.1271, abs=0.001)
    placing.at_world(place, place.longitude, place.latitude, Precision.MAP_POINT)
    assert place.easting == pytest.approx(530_050, abs=0.01)
    assert place.precision == Precision.MAP_POINT
    placing.nowhere(place)
    assert place.easting is place.latitude is place.precision_metres is None
