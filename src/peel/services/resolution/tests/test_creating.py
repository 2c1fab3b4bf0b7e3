"""Search before create: of each likely one it is said first whether the new person is she."""

import pytest
from django.db import connections
from django.urls import reverse
from tests.security.stage import restrict
from tests.security.test_concurrency import at_once

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client, system_appointment
from peel.pole.identity import api
from peel.pole.identity.models import Judgement
from peel.pole.models import Nominal
from peel.services.notify.tests.scenes import carry
from peel.services.resolution.engine import training
from peel.services.resolution.tests.stage import PLANTED, accepted, people, take_in

NEW = "/pole/nominal/new/"
TYPED = {"given_names": "Ngosi", "family_name": "Okwuosa", "name_kind": "current",
         "date_of_birth": "14 June 1980", "sex": "F", "description": ""}  # fmt: skip


def said_of(record, verdict, reason=""):
    """The answer about one likely record, as the page sends it."""
    row = {"record": record.reference, "verdict": verdict, "reason": reason}
    return {f"judgements-0-{name}": text for name, text in row.items()}


def nominals():
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from pole_nominal")
        return cursor.fetchone()[0]


@pytest.fixture
def world(database, monkeypatch):
    post = system_appointment()
    monkeypatch.setattr(training, "RANDOM_PAIRS", 100_000)
    who = officer("data office", of=post.unit)
    [planted] = [key for key, who_it_is in take_in(post, [PLANTED, *people(600)]).items()
                 if who_it_is == "planted"]  # fmt: skip
    accepted(post, who)
    return who, planted


def test_a_likely_one_is_asked_of_and_the_answer_is_kept(world):
    who, planted = world
    client = signed_in_client(who)
    with speaking(who):
        record = Nominal.objects.get(pk=planted)
    fragment = client.get(reverse("resolution-likely"), TYPED).content.decode()
    assert record.reference in fragment
    assert "same date of birth" in fragment
    assert not client.get(reverse("resolution-likely"), {"family_name": "Zzyzx"}).content.strip()
    for hostile in (
        "a",
        "'; drop table pole_nominal; --",
        "<b>&",
        "%%__" * 3_000,
        "王芳",
        "\x00abc",
    ):
        answer = client.get(reverse("resolution-likely"), {"family_name": hostile})
        assert answer.status_code == 200
        assert b"<b>&" not in answer.content

    page = client.post(NEW, TYPED)
    assert page.status_code == 422
    assert f"Is it {record.title} ({record.reference})?" in page.content.decode()
    done = client.post(NEW, TYPED | said_of(record, "same"))
    assert done.status_code == 302, done.content.decode()
    with speaking(who):
        judged = Judgement.objects.latest("pk")
        assert (judged.verdict, judged.run) == ("same", None)
        assert judged.score > 8
        assert judged.model
        assert len(api.members(planted)) == 2


def test_a_certain_one_asks_why_and_a_hidden_one_leaves_no_trace(world):
    who, planted = world
    client = signed_in_client(who)
    with speaking(who):
        record = Nominal.objects.get(pk=planted)
    exact = TYPED | {"given_names": "Ngozi Adaeze", "contacts-TOTAL_FORMS": "0"}
    page = client.post(NEW, exact | said_of(record, "different"))
    assert page.status_code == 422
    assert "Say why this is not the person" in page.content.decode()
    done = client.post(NEW, exact | said_of(record, "different", "Her sister, met both"))
    assert done.status_code == 302
    with speaking(who):
        judged = Judgement.objects.latest("pk")
    assert judged.verdict == "different"
    assert "Her sister" in judged.reason

    colleague = officer("detective", of=None)
    restrict(who, record)
    blind = signed_in_client(colleague)
    other = blind.get(reverse("resolution-likely"), TYPED | {"given_names": "Quillon"})
    answer = blind.get(reverse("resolution-likely"), TYPED)
    assert record.reference not in answer.content.decode()
    assert other.status_code == answer.status_code == 200


def test_a_form_that_is_sent_twice_makes_one_record(world):
    who = world[0]
    before = nominals()
    new = {**TYPED, "given_names": "Quillon", "family_name": "Featherstone"}

    def sent(token):
        return lambda: signed_in_client(who).post(NEW, new | {"csrfmiddlewaretoken": token})

    # Two clicks: one form, so the second is led to what the first has made.
    first, second = at_once(sent("one form"), sent("one form"))
    assert first.status_code == second.status_code == 302, second.content.decode()
    assert first["Location"] == second["Location"]
    assert nominals() == before + 1
    assert sent("one form")()["Location"] == first["Location"]
    # Two tabs: two forms, of which the second is asked about what the first has made.
    new |= {"given_names": "Ottoline", "family_name": "Quarrington"}
    codes = sorted(each.status_code for each in at_once(sent("a tab"), sent("another tab")))
    assert codes == [302, 422]
    assert nominals() == before + 2


def test_a_program_and_whoever_links_are_asked_the_same(world):
    who, planted = world
    client = signed_in_client(who)
    with speaking(who):
        record = Nominal.objects.get(pk=planted)
    given = TYPED | {"given_names": "Ngozi Adaeze"}

    def call(**more):
        return client.post("/api/pole/nominal/", given | more, content_type="application/json")

    before = nominals()
    asked = call()
    told = asked.json()
    assert (asked.status_code, told["type"]) == (409, "/help/api/#conflict")
    assert [each["reference"] for each in told["candidates"]] == [record.reference]
    assert told["candidates"][0]["certain"]
    assert told["send"]["judgements"][0]["record"] == record.reference
    row = {"record": record.reference, "verdict": "different"}
    assert call(judgements=[row]).status_code == 409
    assert call(judgements=[row | {"record": "NM26-1111-1111-A"}]).status_code == 409
    assert nominals() == before
    made = call(judgements=[row | {"reason": "Her twin, met both"}])
    assert made.status_code == 201, made.json()
    with speaking(who):
        judged = Judgement.objects.latest("pk")
    assert (judged.verdict, judged.score > 16) == ("different", True)

    link = f"/pole/nominal/{record.reference}/link-record/"
    new = {"version": record.version, "what": "pole.nominal", "reading": "sibling>",
           "new_given_names": "Ngozi",
           "new_family_name": "Okwuosa", "new_date_of_birth": "14 June 1980"}  # fmt: skip
    page = client.post(link, new)
    assert page.status_code == 422
    assert f"Is it {record.title} ({record.reference})?" in page.content.decode()
    assert nominals() == before + 1


def test_of_a_hidden_match_the_force_says_nothing_or_whom_to_ask(world):
    who, planted = world
    client = signed_in_client(who)
    with speaking(who):
        record = Nominal.objects.get(pk=planted)
    restrict(who, record)
    blind = signed_in_client(officer("detective", of=None))
    typed = TYPED | {"given_names": "Ngozi Adaeze"}
    nobody = typed | {"given_names": "Zephyrine", "family_name": "Quatermain"}

    def answers(values):
        fragment = blind.get(reverse("resolution-likely"), values)
        return fragment.content, blind.post(NEW, values)

    (silent, made), (none, _) = answers(typed), answers(nobody)
    assert silent == none
    own = Nominal(reference=made["Location"].split("/")[-2])
    policy = {"hidden": "ask", "whom": "the duty intelligence unit"}
    assert client.post("/resolution/policy/", policy).status_code == 302
    typed |= said_of(own, "same")
    fragment, page = answers(typed)
    assert "Ask the duty intelligence unit before you record this" in fragment.decode()
    assert page.status_code == 422
    assert "I have asked the duty intelligence unit" in page.content.decode()
    assert record.reference not in fragment.decode() + page.content.decode()
    assert answers(nobody | {"family_name": "Hob", "date_of_birth": "1950"})[1].status_code == 302
    assert blind.post(NEW, typed | {"asked_first": "on"}).status_code == 302
    carry()
    # Both are of one officer and one record within minutes: one notice, of the latest.
    assert "which may be the same" in client.get("/notices/").content.decode()
