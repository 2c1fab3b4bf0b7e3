"""One box: the parts of a question, the hits that speak for one another, and who may know."""

import json
import re

import pytest
from django.db import connections
from tests.machine.test_main_job import make_nominal
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.base.dates import PartialDate
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.machine.queries.finding import kinds_to_view
from peel.services.search import planner, tokens
from peel.services.search.models import Question

QUESTION = "smyth john b 80s brixton silver corsa *7JX"


def do(who, name, **values):
    return run(commands[name], who, values)


def link(who, record, reading, other):
    return do(who, "pole.link.create", record_id=record.pk, other=other, reading=reading)


def person(who, given, family, born):
    return make_nominal(
        who, given_names=given, family_name=family, date_of_birth=PartialDate.parse(born)
    )


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


@pytest.fixture
def scene(who):
    """The person who is meant, the things she is known by, and others who are like her."""
    wanted = person(who, "John Brian", "Smith", "4 June 1983")
    for given, family, born in (
        ("John", "Smyth", "1 May 1961"), ("John", "Smith", "2 February 1985"),
        ("Jon", "Smythe", "1988"), ("Brian", "Brixton", "1 January 1990"),
    ):  # fmt: skip
        person(who, given, family, born)
    car = do(who, "objects.vehicle.create", vrm="LB07 JXK", make="Vauxhall", model="Corsa",
             colour="silver")  # fmt: skip
    do(who, "objects.vehicle.create", vrm="AB12 CDE", make="Vauxhall", model="Corsa",
       colour="silver")  # fmt: skip
    home = do(who, "pole.location.create", paon="12", street="Acre Lane", town="Brixton",
              postcode="SW2 5TN", longitude=-0.1190, latitude=51.4610)  # fmt: skip
    link(who, wanted, "keeper>", car)
    link(who, wanted, "home>", home)
    return {"wanted": wanted, "car": car, "home": home}


def asked(who, text):
    with speaking(who):
        return planner.search(tokens.read(text), kinds_to_view(who))


def shown(client, text):
    """The page of a question as it is sent, but for what is drawn by chance for each request."""
    # Tokens against forged requests are of this length.
    return re.sub(rb"\b\w{64}\b", b"", client.get("/search/", {"q": text}).content)


def shape(answer):
    return [(hit.record_id, hit.points, hit.reasons) for hit in answer.hits], answer.counts


def test_what_the_officer_knows_is_one_question(who, scene):
    answer = asked(who, QUESTION)
    best = answer.hits[0]
    said = "; ".join(best.reasons)
    assert best.record_id == scene["wanted"].pk
    for part in ("Smyth", "1980s", "LB07 JXK", "Acre Lane, Brixton"):
        assert part in said
    assert answer.counts["pole.nominal"] >= 2
    for text in ("LBO7 JXK", "lb07jx?", "*JXK", "LB0*", "L8O7 JXK", "*07J*"):
        found = [hit.record_id for hit in asked(who, text).hits]
        assert found[:1] == [scene["car"].pk], text
    told = do(who, "pole.nominal.create", given_names="Una", family_name="Okoro",
              description="Wears an eyepatch")  # fmt: skip
    assert asked(who, "eyepatch").hits[0].record_id == told.pk
    assert asked(who, "acre lane").hits[0].record_id == scene["home"].pk
    near = {hit.record_id for hit in asked(who, "within 500 m of sw2 5tn").hits}
    assert near == {scene["home"].pk, scene["wanted"].pk}
    assert "No place" in asked(who, "within 2 miles of nowhere").asked.slip
    assert asked(who, "SW2 5TN").hits[0].record_id in {scene["home"].pk, scene["wanted"].pk}


def test_a_page_says_why_and_every_hit_shown_is_in_the_ledger(who, scene):
    client = signed_in_client(who)
    page = client.get("/search/", {"q": QUESTION}).content.decode()
    first = page[page.index('<ol class="peel-hits">') :]
    assert first.index("SMITH, John Brian") < first.index("SMYTHE, Jon")
    assert "born in the 1980s" in first
    with connections["owner"].cursor() as cursor:
        cursor.execute("select subjects from audit_line where name = 'site.search' order by id")
        (subjects,) = cursor.fetchall()[-1]
    assert scene["wanted"].pk in subjects
    one = client.get("/search/", {"q": QUESTION, "kind": "objects.vehicle"}).content.decode()
    assert "LB07 JXK" in one
    assert "SMITH, John" not in one
    found = json.loads(client.get("/search/suggest/", {"q": "john smi"}).content)["found"]
    assert "SMITH, John Brian" in found[0]["label"] + found[1]["label"]
    found = json.loads(client.get("/search/suggest/", {"q": "lb07"}).content)["found"]
    assert [each["key"] for each in found] == [scene["car"].reference]
    straight = client.get("/search/", {"q": scene["wanted"].reference})
    assert straight.headers["Location"].endswith(f"{scene['wanted'].reference}/")


@pytest.mark.parametrize("hide", ["wanted", "car", "home"])
def test_hidden_is_as_absent_in_hits_counts_and_suggestions(who, scene, hide):
    other = officer(permissions=["*"], clearance=3)
    client = signed_in_client(other)
    questions = [QUESTION, "LB07 JXK", "brixton", "silver corsa", "smith 1983", "SW2 5TN", "*7JX",
                 "within 1 km of acre lane", "silvr corsa", "brixtn", "near sw2 5tn",
                 "within 1 km of acer lane"]  # fmt: skip
    restrict(who, scene[hide])
    hidden = [shape(asked(other, text)) for text in questions]
    sent = [shown(client, text) for text in questions]
    pages = [client.get("/search/suggest/", {"q": text}).content for text in ["john smi", "lb07"]]
    with connections["owner"].cursor() as cursor:
        # Gone altogether, with what hangs on it: what is left must look the same.
        key = scene[hide].pk
        cursor.execute("delete from search_key where name in"
                       " (select id from search_name where record_id = %s)", [key])  # fmt: skip
        for table, column in (("search_name", "record_id"), ("search_number", "record_id"),
                              ("search_number", "via"), ("records_document", "record_id"),
                              ("pole_link", "from_record_id"),
                              ("pole_link", "to_record_id")):  # fmt: skip
            cursor.execute(f"delete from {table} where {column} = %s", [key])
        cursor.execute("select search.sweep_words(), search.sweep_terms()")
    assert [shape(asked(other, text)) for text in questions] == hidden
    assert [shown(client, text) for text in questions] == sent
    again = [client.get("/search/suggest/", {"q": text}).content for text in ["john smi", "lb07"]]
    assert again == pages
    assert scene[hide].pk not in {row[0] for rows, _ in hidden for row in rows}


@pytest.mark.parametrize(
    "text", ["x", "a" * 10_000, "()|&!:*", "***", "?", "'; drop table search_name; --", "%_%",
             "<script>alert(1)</script>", "王小明", "Иванов Пётр", "محمد", "\x00", "AND OR NOT",
             "99999999999999999999", "31/02/1980", "-", "within 5 m of", "a" * 50 + "*", "zz " * 20]
)  # fmt: skip
def test_anything_may_be_typed_into_the_box(who, text):
    client = signed_in_client(who)
    asked_for = {"q": text, "page": text[:9], "kind": text[:9]}
    page = client.get("/search/", asked_for)
    assert page.status_code == 200
    said = page.content.decode()
    assert "<script>alert" not in said
    # Nothing fits: that is told, with what could be typed instead.
    assert ("Nothing that you can see fits" in said) is bool(text.strip("\x00"))
    assert "What you can type" in said
    for unit, most, length in (("characters", 200, len(text)), ("words", 16, len(text.split()))):
        assert (f"Only the first {most} {unit} were looked for" in said) is (length > most)
    found = client.get("/search/suggest/", asked_for)
    assert (found.status_code, json.loads(found.content)) == (200, {"found": []})


def test_what_is_kept_tells_of_new_hits_to_its_owner_alone(who, scene):
    client, stranger = signed_in_client(who), signed_in_client(officer(permissions=["*"]))
    client.get("/search/", {"q": "john smith"})
    assert client.post("/search/keep/", {"q": "john smith"}).status_code == 302
    assert "Let this search go" in client.get("/search/", {"q": "john smith"}).content.decode()
    client.get("/search/", {"q": "zzyzx"})
    page = client.get("/search/").content.decode()
    assert page.index("Kept searches") < page.index("john smith") < page.index("zzyzx")
    assert " new" not in page[page.index("Kept searches") : page.index("Asked lately")]
    person(who, "John", "Smith", "3 March 1999")
    assert "1 new" in client.get("/search/").content.decode()
    client.get("/search/", {"q": "john smith"})
    assert "1 new" not in client.get("/search/").content.decode()
    assert "john smith" not in stranger.get("/search/").content.decode()
    with speaking(who):
        key = Question.objects.get(text="john smith").pk
    assert stranger.post("/search/forget/", {"which": key}).status_code == 404
    assert client.post("/search/forget/", {"which": key}).status_code == 302
    assert "Kept searches" not in client.get("/search/").content.decode()
