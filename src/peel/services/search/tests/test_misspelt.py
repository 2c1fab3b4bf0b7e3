"""Words that nobody wrote so, and places that are known only nearly."""

import pytest
from django.db import connections

from peel.kernel.places import coordinates
from peel.kernel.places.models import GazetteerAddress
from peel.services.search import misspelt
from peel.services.search.tests.test_box import asked


def best(who, text):
    hit = asked(who, text).hits[0]
    return hit.record_id, "; ".join(hit.reasons)


def test_a_misspelt_word_of_a_thing_or_place_is_read_as_one_that_is_known(who, scene, monkeypatch):
    car, home = scene["car"].pk, scene["home"].pk
    for text, wanted, reason in (
        ("silvr corsa lb07", car, "silvr read as silver"),
        ("vauxal jxk", car, "vauxal read as vauxhall"),
        ("acer lane", home, "acer read as acre"),
        ("acre lane brixtn", home, "brixtn read as brixton"),
    ):
        record, said = best(who, text)
        assert record == wanted, text
        assert reason in said
    assert {hit.kind for hit in asked(who, "silvr corsa").hits[:2]} == {"objects.vehicle"}
    assert all("read as" not in "".join(hit.reasons) for hit in asked(who, "silver corsa").hits)
    for text in ("zzyzx quorn", "brx", "acre'lane & !", "ацре лане"):
        assert all("read as" not in "".join(hit.reasons) for hit in asked(who, text).hits), text
    # Of a list that is full nobody knows how many there are.
    monkeypatch.setattr(misspelt, "MOST_HITS", 1)
    assert asked(who, "silvr corsa").more == {"objects.vehicle"}


def test_near_a_place_that_is_known_only_nearly(who, scene):
    there = {scene["home"].pk, scene["wanted"].pk}
    known = coordinates.to_grid(-0.1010, 51.4610)
    GazetteerAddress.objects.using("owner").create(
        uprn=1, paon="1", street="Water Lane", town="Brixton", postcode="SW2 1AA",
        easting=known.easting, northing=known.northing, postcode_key="SW21AA",
        street_key="WATER LANE BRIXTON", number_key="1",
    )  # fmt: skip
    for text, slip in (
        ("near SW2 5TN", ""),
        ("near sw25tn", ""),
        ("within 500 m of SW2 5ZZ", "SW2 5ZZ is not known here. Distances are from the middle"),
        ("within 1 mile of SW2 1AA", ""),
        ("within 1 mile of SW2 1ZZ", "the middle of SW2 1"),
        ("within 2 km of SW2", ""),
        ("within 1 mile of 1 water lane", "Distances are from 1 Water Lane"),
        ("within 50 m of acer lane", "Acer read as acre."),
    ):
        answer = asked(who, text)
        assert there <= {hit.record_id for hit in answer.hits}, text
        assert slip in answer.asked.slip if slip else not answer.asked.slip, text
    assert asked(who, "within 20 m of SW2 1AA").hits == []
    assert best(who, "smith john near sw2 5tn")[0] == scene["wanted"].pk
    nowhere = asked(who, "within 500 m of AB1 1AA")
    assert nowhere.hits == []
    assert "No place that you can see" in nowhere.asked.slip


@pytest.mark.usefixtures("scene")
def test_words_are_kept_and_forgotten_with_the_documents(who):
    with connections["owner"].cursor() as cursor:

        def held():
            cursor.execute("select word from search_term order by word")
            return [word for (word,) in cursor.fetchall()]

        kept = held()
        assert {"silver", "corsa", "acre", "brixton"} <= set(kept)
        assert "smith" not in kept
        cursor.execute("select search.refill_terms()")
        assert held() == sorted(set(kept))
        cursor.execute("insert into search_term (word) values ('silver'), ('gone')")
        cursor.execute("select search.sweep_terms()")
        assert cursor.fetchone() == (2,)
        assert held() == sorted(set(kept))
