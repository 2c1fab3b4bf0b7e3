"""Stale saves seen three ways, rows of a group, and what fits while one types."""

import html
import json
import re

import pytest
from django.db import connections

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.models import NominalName
from tests.machine.test_main_job import make_crime, make_nominal
from tests.security.stage import restrict


@pytest.fixture
def sergeant(database):
    return officer(role="supervisor", clearance=3)


@pytest.fixture
def client(sergeant):
    return signed_in_client(sergeant)


def hidden(answer):
    """The hidden inputs of a page's form in its content, by name."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode()
    )
    return {name: html.unescape(value) for name, value in found}


def edited(who, nominal, **values):
    """Somebody saves the nominal."""
    about = {"record_id": nominal.pk, "version": nominal.version}
    return run(commands["pole.nominal.edit"], who, about | values)


@pytest.fixture
def stale(sergeant, client):
    """A nominal, its page of Edit as it was opened, and another's save since."""
    nominal = make_nominal(sergeant)
    where = f"/pole/nominal/{nominal.reference}/edit/"
    opened = hidden(client.get(where)) | {"sex": "N", "description": ""}
    edited(officer(name="Amara Lindqvist"), nominal, sex="F", description="Grey beard")
    return where, opened, nominal


def test_what_only_they_changed_is_taken_and_said(client, stale):
    where, opened, _ = stale
    answer = client.post(where, opened | {"description": "Red beard"})
    assert answer.status_code == 409
    body = answer.content.decode()
    assert body.count('name="keep-description"') == 3
    assert "keep-sex" not in body
    assert "Taken from" in body
    assert "Amara Lindqvist: you did not change it" in body


def test_what_both_changed_is_asked_and_what_one_changed_is_not(client, stale, sergeant):
    where, opened, nominal = stale
    body = client.post(where, opened | {"sex": "M"}).content.decode()
    assert "keep-sex" in body
    assert "keep-description" not in body
    with speaking(sergeant):
        nominal.refresh_from_db()
    assert nominal.sex == "F"


@pytest.mark.parametrize(
    ("choice", "description"),
    [
        ({"keep-description": "theirs"}, "Grey beard"),
        ({"keep-description": "yours"}, "Red beard"),
        ({"keep-description": "edit", "description": "Red and grey"}, "Red and grey"),
    ],
)
def test_each_choice_is_saved_upon_the_new_version(choice, description, client, stale, sergeant):
    where, opened, nominal = stale
    sent = hidden(client.post(where, opened | {"description": "Red beard"}))
    assert sent["version"] == "2"
    done = client.post(where, sent | choice)
    assert done.status_code == 302, done.content.decode()[:3000]
    with speaking(sergeant):
        nominal.refresh_from_db()
    assert (nominal.description, nominal.sex) == (description, "F")


def test_a_choice_left_open_is_asked_again_and_nothing_is_lost(client, stale):
    where, opened, _ = stale
    sent = hidden(client.post(where, opened | {"description": "Red beard"}))
    again = client.post(where, sent)
    assert again.status_code == 422
    body = again.content.decode()
    assert "choose which to keep" in body
    for words in ("Red beard", "Grey beard", "you did not change it"):
        assert words in body


def test_a_choice_may_be_stale_again(client, stale, sergeant):
    where, opened, nominal = stale
    sent = hidden(client.post(where, opened | {"description": "Red beard"}))
    with speaking(sergeant):
        nominal.refresh_from_db()
    edited(officer(), nominal, sex="F", description="White beard")
    again = client.post(where, sent | {"keep-description": "yours"})
    assert again.status_code == 409
    body = again.content.decode()
    # What they saved first is the ground now; the latest is theirs.
    for words in ("When you opened it: Grey beard", "White beard", "Red beard"):
        assert words in body
    done = client.post(where, hidden(again) | {"keep-description": "yours"})
    assert done.status_code == 302


@pytest.mark.parametrize("base", ["", "{", "[]", "7", "{" * 2000, '{"description": 7}'])
def test_a_base_that_is_nonsense_only_asks_more(base, client, stale):
    where, opened, _ = stale
    answer = client.post(where, opened | {"base": base, "description": "Red beard"})
    assert answer.status_code == 409
    assert "keep-description" in answer.content.decode()


def test_sides_that_somebody_tampered_with_do_no_harm(client, sergeant):
    crime = make_crime(sergeant)
    where = f"/investigation/crime/{crime.reference}/edit/"
    opened = hidden(client.get(where)) | {"category": "Burglary"}
    for mine in (
        {"location": "a\x00b", "summary": "x"},
        {"location": {"a": 1}, "gone": "x", "category": 7, "summary": ["x"]},
        {"location": ["x"], "category": [[]], "summary": ""},
        {},
    ):
        sides = {"theirs": json.dumps({"location": "y", "summary": "z"}), "mine": json.dumps(mine)}
        for version in ("1", "0"):
            answer = client.post(where, opened | sides | {"version": version})
            assert answer.status_code in (302, 409, 422)


def test_rows_are_added_without_a_script_and_saved(client, sergeant):
    typed = {"family_name": "Okafor", "name_kind": "current", "sex": "M"}
    page = client.post("/pole/nominal/new/", typed | {"rows": "other_names:add"})
    assert page.status_code == 200
    assert 'name="other_names-0-family_name"' in page.content.decode()
    row = {"other_names-0-row": "1", "other_names-0-kind": "nickname"}
    wrong = client.post(
        "/pole/nominal/new/", typed | row | {"other_names-0-given_names": "x" * 101}
    )
    assert wrong.status_code == 422
    assert "Other name 1: Given names must be 100 characters or fewer" in wrong.content.decode()
    done = client.post("/pole/nominal/new/", typed | row | {"other_names-0-given_names": "Dusty"})
    assert done.status_code == 302, done.content.decode()[:3000]
    with speaking(sergeant):
        assert sorted(NominalName.objects.values_list("given_names", "kind")) == [
            ("", "current"), ("Dusty", "nickname"),
        ]  # fmt: skip
    found = client.get("/pole/nominal/?q=dusty").content.decode()
    assert "Okafor" in found


def test_the_api_takes_a_group_as_a_list_of_objects(client, sergeant):
    def send(*names):
        body = {"family_name": "Okafor", "name_kind": "current", "sex": "M", "other_names": names}
        return client.post("/api/pole/nominal/", json.dumps(body), content_type="application/json")

    wrong = send({"kind": "alias", "given_names": "Dusty"}, {"kind": "royal", "given_names": "X"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == {
        "other_names": ["Other name 2: Kind of name: choose one from the list"]
    }
    assert send({"kind": "alias", "given_names": "Dusty"}).status_code == 201
    with speaking(sergeant):
        assert NominalName.objects.get(kind="alias").given_names == "Dusty"


def lines(who, name):
    """The ledger lines of an officer by name: the subjects of each."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select subjects from audit_line where user_id = %s and name = %s",
            [who.user_id, name],
        )
        return [row[0] for row in cursor.fetchall()]


def ask(client, text, command="pole.link.create", field="other", kind="investigation/crime"):
    return client.get(f"/{kind}/suggest/", {"for": command, "field": field, "q": text})


def test_suggestions_say_what_distinguishes_and_are_accounted_for(client, sergeant):
    one, two = make_nominal(sergeant), make_nominal(sergeant)
    answer = ask(client, "okaf")
    assert answer.status_code == 200
    found = answer.json()["found"]
    assert {each["key"] for each in found} == {one.reference, two.reference}
    assert all(each["label"].startswith(each["key"]) for each in found)
    assert all(each["hint"] for each in found)
    assert {str(pk) for pk in lines(sergeant, "suggest")[0]} == {str(one.pk), str(two.pk)}
    exact = ask(client, one.reference).json()["found"]
    assert [each["key"] for each in exact] == [one.reference]


def test_suggestions_obey_visibility_permission_and_bounds(client, sergeant):
    nominal, secret = make_nominal(sergeant), make_nominal(sergeant)
    restrict(sergeant, secret)
    outsider = officer(role="supervisor", clearance=3)
    other = signed_in_client(outsider)
    assert [one["key"] for one in ask(other, "okafor").json()["found"]] == [nominal.reference]
    assert str(secret.pk) not in str(lines(outsider, "suggest"))
    assert ask(other, secret.reference).json()["found"] == []
    for text in ("o", " ", "\x00\x00\x00", "x" * 5000, "%", "' or 1=1"):
        assert ask(client, text).json()["found"] == []
    assert ask(signed_in_client(officer(permissions=[])), "okafor").status_code == 403
    for wrong in (
        {"command": "gone"}, {"command": "pole.nominal.create"}, {"field": "gone"},
        {"field": "note"}, {"field": "a.b.c"}, {"command": ""},
    ):  # fmt: skip
        assert ask(client, "okafor", **wrong).status_code == 404
    assert client.post("/investigation/crime/suggest/", {}).status_code == 405


def test_dates_say_how_they_are_understood_and_show_nobody(client, sergeant):
    def read(text, field="starts"):
        return ask(client, text, field=field).json()["understood"]

    assert read("c 1980") == "about 1980"
    assert read("nonsense") == ""
    assert read("") == ""
    assert lines(sergeant, "suggest") == []
    refused = ask(signed_in_client(officer(permissions=[])), "1980", field="starts")
    assert refused.status_code == 403


def test_a_look_up_says_what_was_chosen_when_the_page_comes_back(client, sergeant):
    nominal, crime = make_nominal(sergeant), make_crime(sergeant)
    where = f"/investigation/crime/{crime.reference}/link-create/"
    page = client.post(where, {"version": "1", "other": nominal.reference, "reading": "nonsense"})
    assert page.status_code == 422
    said = f"data-peel-chosen>{nominal.reference} {nominal.title}"
    assert html.escape(said).replace("&gt;", ">") in page.content.decode()
