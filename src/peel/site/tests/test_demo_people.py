"""The demo's invented people: right numbers, plausible ages, and all of them brought in."""

import datetime
from collections import Counter

import pytest

from peel.kernel.access.identity import speaking_as_system
from peel.kernel.access.tests.factories import appointment, unit, user
from peel.kernel.base.numbers import cro, driver, imei, phone, pnc, vin, vrm
from peel.pole.models import Link, Nominal
from peel.site.demo import population, settling
from peel.site.demo.population import Person, Town

TODAY = datetime.date(2026, 11, 21)
PERSON = {"PNC": pnc, "CRO": cro, "DRIVER": driver}
THING = {"vrm": vrm, "vin": vin, "imei": imei, "msisdn": phone}


@pytest.fixture(scope="module")
def part():
    """The first part of a small town."""
    return next(Town(7, TODAY, 50).parts(800))


def test_every_number_is_right_and_telephones_are_those_of_dramas(part):
    for one in part.people:
        for kind, value in one.identifiers:
            assert PERSON[kind].normal(value) == value
            if kind == "DRIVER":
                known = {"family_name": one.family, "date_of_birth": one.born, "sex": one.sex}
                assert driver.disagreements(value, **known) == []
    for thing in part.things:
        for name, checks in THING.items():
            value = thing.values.get(name)
            assert not value or checks.normal(value) == value
        assert str(thing.values.get("msisdn") or "+447700900").startswith(
            ("+447700900", "+442079460")
        )


def test_families_are_of_plausible_ages_and_the_same_each_time(part):
    for tie in part.ties:
        if isinstance(tie.second, Person) and isinstance(tie.first, Person):
            older = tie.second.born.year - tie.first.born.year
            assert tie.type != "parent" or 12 <= older <= 50
            assert tie.type != "sibling" or abs(older) <= 30
        assert not tie.ends or tie.starts <= tie.ends
    assert all(one.born <= TODAY for one in part.people)
    again = next(Town(7, TODAY, 50).parts(800))
    assert [(p.family, p.given, p.born) for p in again.people] == [
        (p.family, p.given, p.born) for p in part.people
    ]
    called = Counter(id(tie.first) for tie in part.ties if tie.type == "called")
    assert called.most_common(1)[0][1] >= population.CALLED


def test_a_part_of_the_town_comes_in_with_who_said_it(part, database):
    place = unit("Demo")
    names = ("amara", "tobias", "ines", "loader")
    posts = {
        name: appointment(user(None), "loader" if name == "loader" else "detective", of=place)
        for name in names
    }
    few = population.Part(people=part.people, things=part.things, same=part.same)
    few.ties = [tie for tie in part.ties if not isinstance(tie.second, int)]
    with speaking_as_system(posts["loader"].pk, "loader"):
        settling.Settling(posts, []).bring(few)
    with speaking_as_system(posts["loader"].pk, "loader"):
        assert Nominal.objects.using("loader").count() == len(part.people)
        assert Link.objects.using("loader").filter(type_id="parent").exists()
    counts = database.connection.execute(
        "select (select count(*) from pole_nominalnameevent),"
        " (select count(*) from records_document where kind = 'pole.nominal'),"
        " (select count(*) from identity_membership),"
        " (select count(*) from pole_link where asserted_by_id = %s)",
        [posts["loader"].pk],
    ).fetchone()
    assert counts[0] >= len(part.people)
    assert counts[1] == len(part.people)
    assert counts[2] == 2 * len(part.same)
    assert counts[3] == 0
