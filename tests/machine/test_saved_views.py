"""Saved views: kept, shared and withheld, opened by default, undone, and opened when worn."""

import pytest
from django.db import ProgrammingError, connection
from django.test import Client

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import (
    appointment,
    officer,
    organisation,
    signed_in,
    signed_in_client,
    unit,
    user,
)
from peel.services.lists.models import DefaultView, SavedView
from tests.machine.test_main_job import make_crime

LIST = "/investigation/crime/"
VIEWS = f"{LIST}views/"


@pytest.fixture
def owner(database):
    return officer(role="supervisor")


@pytest.fixture
def client(owner):
    return signed_in_client(owner)


def save(client, query="category=Burglary&col=summary", **more):
    """Save a view by the page; gives its key."""
    sent = {"do": "save", "name": "Mine", "query": query, **more}
    answer = client.post(VIEWS, sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"].split("view=")[1]


def body(client, where=LIST):
    page = client.get(where)
    assert page.status_code == 200, page.content.decode()[:2000]
    return page.content.decode()


def test_a_view_opens_what_was_saved(owner, client):
    crime, other = make_crime(owner), make_crime(owner, category="Drugs")
    key = save(client, "category=Burglary&col=summary&sort=category&density=compact")
    text = body(client, f"{LIST}?view={key}")
    assert crime.reference in text
    assert other.reference not in text
    assert "peel-list__rows--compact" in text
    assert "Owner unit" not in text
    assert 'aria-current="true">Mine</a>' in text
    changed = body(client, f"{LIST}?category=Drugs&view={key}")
    assert "Mine (changed)" in changed
    assert other.reference in body(client, f"{LIST}?view=all")


def test_the_default_opens_first_and_any_question_goes_past_it(owner, client):
    make_crime(owner), make_crime(owner, category="Drugs")
    key = save(client, default="on")
    assert "1 crime<" in body(client)
    assert "2 crimes<" in body(client, f"{LIST}?view=all")
    assert client.post(VIEWS, {"do": "default", "view": ""}).status_code == 302
    assert "2 crimes<" in body(client)
    assert client.post(VIEWS, {"do": "default", "view": key}).status_code == 302
    assert "1 crime<" in body(client)


def test_it_is_renamed_replaced_deleted_and_brought_back(client):
    key = save(client)
    named = {"do": "change", "view": key, "name": "Burglaries", "shared": "unit"}
    assert client.post(VIEWS, named).status_code == 302
    assert "Burglaries" in body(client)
    replaced = {"do": "change", "view": key, "query": "category=Drugs&at=zzz"}
    assert client.post(VIEWS, replaced).status_code == 422
    replaced["query"] = "category=Drugs"
    assert client.post(VIEWS, replaced).status_code == 302
    assert "Category: Drugs" in body(client, f"{LIST}?view={key}")
    gone = client.post(VIEWS, {"do": "delete", "view": key})
    assert "Undo" in body(client, gone["Location"])
    assert "Burglaries" not in body(client)
    assert "This view is gone" in body(client, f"{LIST}?view={key}")
    assert client.post(VIEWS, {"do": "restore", "view": key}).status_code == 302
    assert "Burglaries" in body(client)


def test_a_name_is_needed_and_used_once(client):
    save(client)
    for name in ("Mine", "", "x" * 61):
        answer = client.post(VIEWS, {"do": "save", "name": name, "query": ""})
        assert answer.status_code == 422, name
        assert "govuk-error-summary" in answer.content.decode()
    assert client.post(VIEWS, {"do": "burn"}).status_code == 422
    assert client.post(VIEWS, {"do": "change", "view": "x", "name": "y"}).status_code == 404


def test_sharing_reaches_the_unit_or_the_organisation_and_no_further(owner, client):
    near = signed_in_client(officer())
    far = signed_in_client(officer(of=unit("Response Team B")))
    away = signed_in_client(officer(of=unit("Team", of=organisation("Neighbouring Police"))))
    own = save(client, name="Just mine")
    ours = save(client, name="For the unit", shared="unit")
    every = save(client, name="For the force", shared="organisation")
    seen = {"Just mine": (), "For the unit": (near,), "For the force": (near, far)}
    for name, whose in seen.items():
        for other in (near, far, away):
            assert (name in body(other)) == (other in whose), name
            assert (name in body(other, VIEWS)) == (other in whose), name
    for key in (own, ours, every):
        for do in ("change", "delete", "restore"):
            answer = near.post(VIEWS, {"do": do, "view": key, "name": "Taken"})
            assert answer.status_code == 404, do
    assert near.post(VIEWS, {"do": "default", "view": ours}).status_code == 302
    assert near.post(VIEWS, {"do": "default", "view": own}).status_code == 404
    assert near.post(VIEWS, {"do": "save", "name": "x", "shared": "unit"}).status_code == 403


def test_another_post_of_the_owner_keeps_the_view_but_not_its_reach(database):
    person = user(None)
    first = signed_in(appointment(person, "supervisor"))
    key = save(signed_in_client(first), shared="unit")
    second = signed_in(appointment(person, "supervisor", of=unit("Response Team B")))
    assert "Mine" in body(signed_in_client(second))
    beside = signed_in_client(officer(of=unit("Response Team B")))
    assert "Mine" not in body(beside)
    sent = {"do": "change", "view": key, "shared": "unit"}
    assert signed_in_client(second).post(VIEWS, sent).status_code == 302
    assert "Mine" in body(beside)


def test_the_database_withholds_and_keeps_them_too(owner, client):
    own, ours = save(client, name="Own"), save(client, name="Ours", shared="unit")
    save(client, name="Default", default="on")
    other = officer()
    with speaking(other):
        assert [str(view.pk) for view in SavedView.objects.all()] == [ours]
        assert not DefaultView.objects.exists()
    for change in ("name = 'x'", "user_id = access.current_user_id()", "deleted_at = now()"):
        with pytest.raises(ProgrammingError), speaking(other), connection.cursor() as cursor:
            cursor.execute(f"update lists_savedview set {change} where id = %s", [ours])
    with speaking(other), connection.cursor() as cursor:
        cursor.execute("update lists_savedview set name = 'x' where id = %s", [own])
        assert cursor.rowcount == 0


def test_a_worn_view_explains_itself_and_opens_with_the_rest(owner, client):
    crime = make_crime(owner)
    make_crime(owner, category="Drugs")
    key = save(client)
    worn = (
        "category=Burglary&col=colour&col=summary&ward=7&where=1:colour:is:red&sort=colour"
        "&where=2:owner_unit:is:Closed+Unit&where=3:category:is:Burglary"
    )
    SavedView.objects.using("owner").filter(pk=key).update(query=worn)
    text = body(client, f"{LIST}?view={key}")
    for said in (
        "Some of this view no longer holds",
        "The column “colour” is no longer part",
        "The filter “ward” is no longer part",
        "The filter on “colour” is no longer part",
        "cannot be sorted by “colour”",
        "there is no unit called “Closed Unit”",
    ):
        assert said in text, said
    assert crime.reference in text
    assert "1 crime<" in text
    assert "Summary" in text
    link = text.split('rel="next"')[0].split("density=compact")[0].rsplit('href="', 1)[1]
    assert "colour" not in link


def test_each_caller_is_answered_as_he_may(database, client):
    callers = (
        (Client(), 302, 302),
        (signed_in_client(officer(permissions=["nothing.at.all"])), 403, 403),
        (signed_in_client(officer(permissions=["investigation.crime.view"])), 200, 403),
        (client, 200, 302),
    )
    for caller, read, write in callers:
        assert caller.get(VIEWS).status_code == read
        assert caller.get(f"{LIST}arrange/").status_code == read
        sent = {"do": "save", "name": "Each", "query": ""}
        assert caller.post(VIEWS, sent).status_code == write
