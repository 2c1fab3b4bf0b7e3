"""Who keeps a search is told what has become a hit of it: once, and of what he may see."""

import re

import pytest
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import end_appointment, officer, signed_in_client
from peel.services.notify.commands import mute
from peel.services.notify.tests.scenes import as_worker, carry, do, notices_of
from peel.services.search import tasks
from peel.services.search.models import Clue, Question, Told
from peel.services.search.tests.test_box import person

KEPT = ("jon smyth 80s", "*7JX", "eyepatch limp", "900123", "acre lane", "zephaniah")


@pytest.fixture
def writer(database):
    return officer(permissions=["*"], clearance=3)


@pytest.fixture
def keeper(database):
    return officer(permissions=["*"])


def keep(who, *texts):
    client = signed_in_client(who)
    for text in texts:
        client.get("/search/", {"q": text})
        client.post("/search/keep/", {"q": text})
        answer = client.post("/search/tell/", {"q": text, "which": key(text), "on": "1"})
        assert answer.status_code == 302
    return client


def key(text):
    return Question.objects.using("owner").filter(text=text).latest("asked_at").pk


def tell():
    carry(again=True)
    with as_worker():
        tasks.tell_new_hits(0)


def told(who):
    """Of which search and record somebody was told, the latest first."""
    return [(n.text.split("“")[1][:-1], n.record_id) for n in notices_of(who)]


def test_new_hits_of_every_sort_are_told_once_and_marked(writer, keeper):
    person(writer, "Zephaniah", "Early", "1 May 1961")
    client = keep(keeper, *KEPT)
    john = person(writer, "John", "Smith", "4 June 1983")
    person(writer, "John", "Smith", "4 June 1963")
    car = do(writer, "objects.vehicle.create", vrm="LB07 JXK", make="Vauxhall", model="Corsa")
    patch = do(writer, "pole.nominal.create", given_names="Una", family_name="Okoro",
               description="Wears an eyepatch, has a limp")  # fmt: skip
    do(writer, "pole.nominal.create", given_names="Ann", family_name="Lee", description="A limp")
    phone = do(writer, "objects.phone.create", msisdn="07700 900123")
    place = do(writer, "pole.location.create", paon="12", street="Acre Lane", town="Brixton")
    person(keeper, "Jon", "Smythe", "1988")
    tell()
    hits = {("jon smyth 80s", john.pk), ("*7JX", car.pk), ("eyepatch limp", patch.pk),
            ("900123", phone.pk), ("acre lane", place.pk)}  # fmt: skip
    assert set(told(keeper)) == hits
    do(writer, "pole.nominal.edit", record_id=john.pk, version=1, sex="M", description="Grey")
    tell()
    assert len(told(keeper)) == len(hits)
    inbox = client.get("/notices/").content.decode()
    assert "New hit of your search “*7JX”" in inbox
    assert "It fits a search that you keep" in inbox
    page = client.get("/search/", {"q": "jon smyth 80s"}).content.decode()
    assert len(re.findall(r">\s*New\s*<", page)) == page.count("peel-hit__title") > 0
    assert "Stop telling me of new hits" in page
    assert "You are told of new hits" in client.get("/search/").content.decode()


def test_nobody_is_told_of_what_he_may_not_know(writer, keeper):
    client = keep(keeper, "zephaniah quillfeather")
    hidden = do(writer, "pole.nominal.create", given_names="Zephaniah", family_name="Quillfeather",
                marking=3)  # fmt: skip
    restrict(writer, person(writer, "Zephaniah", "Quillfeather", "1 May 1961"))
    aka = person(writer, "Otto", "Vane", "1 May 1970")
    do(writer, "pole.nominal.add_name", record_id=aka.pk, version=1, kind="alias", marking=3,
       given_names="Zephaniah", family_name="Quillfeather")  # fmt: skip
    tell()
    assert told(keeper) == []
    assert keeper.clearance == 2
    open_ = person(writer, "Zephaniah", "Quillfeather", "2 May 1962")
    tell()
    assert told(keeper) == [("zephaniah quillfeather", open_.pk)]
    # What is restricted afterwards is gone from the inbox.
    assert open_.reference in client.get("/notices/").content.decode()
    restrict(writer, open_)
    assert open_.reference not in client.get("/notices/").content.decode()
    assert hidden.pk not in {each.record_id for each in Told.objects.using("owner").all()}
    client.post("/search/forget/", {"which": key("zephaniah quillfeather")})
    assert not Clue.objects.using("owner").exists()
    assert not Told.objects.using("owner").exists()
    for number in range(12):
        assert client.get("/search/", {"q": f"nobody{number}"}).status_code == 200


def test_one_is_told_no_more_when_one_stops_mutes_or_leaves(writer, keeper):
    client = keep(keeper, "okoro", "vane")
    client.post("/search/tell/", {"q": "okoro", "which": key("okoro"), "on": "0"})
    stranger = signed_in_client(officer(permissions=["*"]))
    assert stranger.post("/search/tell/", {"which": key("vane"), "on": "0"}).status_code == 404
    person(writer, "Una", "Okoro", "1 May 1961")
    tell()
    assert told(keeper) == []
    with speaking(keeper):
        mute(keeper, reason="search")
    person(writer, "Otto", "Vane", "1 May 1970")
    tell()
    assert told(keeper) == []
    for text in ("within 500 m of acre lane", "1980"):
        client.get("/search/", {"q": text})
        client.post("/search/keep/", {"q": text})
        assert b"Tell me of new hits" not in client.get("/search/", {"q": text}).content
        assert client.post("/search/tell/", {"which": key(text), "on": "1"}).status_code == 422
    leaver = officer(permissions=["*"])
    keep(leaver, "vane otto")
    end_appointment(leaver)
    person(writer, "Otto", "Vane", "1 May 1971")
    tell()
    assert told(leaver) == []


def test_a_record_asks_only_the_searches_whose_rarest_part_it_meets(writer, keeper):
    keep(keeper, "john zzyzxworth")
    with speaking(keeper):
        (question,) = Question.objects.filter(kept=True)
    anchors = Clue.objects.using("owner").filter(question=question, anchor=True)
    assert {"wzzyzxw", "nZZYZXWORTH"} <= set(anchors.values_list("key", flat=True))
    assert not anchors.filter(key="nJOHN").exists()
