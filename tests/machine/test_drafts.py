"""Drafts: kept while one types, one's own alone, gone when sent, kept over a lost session."""

import datetime
import html
import json
import re
import uuid

import pytest
from django.db import connections
from django.test import Client

from peel.kernel.access import identity as identities
from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import (
    appointment,
    officer,
    run_out,
    signed_in,
    signed_in_client,
    unit,
)
from peel.kernel.base import clock
from peel.machine.models import Draft
from peel.machine.tasks import drop_drafts
from tests.machine.test_main_job import make_nominal
from tests.security.stage import restrict

NEW = "/pole/nominal/new/"
NOT_KEPT = {"kept": False, "draft": ""}
SENT = "%2Fpole%2Fnominal%2Fnew%2F"
TYPED = {"family_name": "Okafor", "name_kind": "current", "sex": "M", "description": "Half ty"}


@pytest.fixture
def sergeant(database):
    return officer(role="supervisor", clearance=3)


@pytest.fixture
def client(sergeant):
    return signed_in_client(sergeant)


def draft_of(answer):
    """The draft that a page names."""
    return re.search(r'name="draft" value="([^"]*)"', answer.content.decode())[1]


def keep(client, where=NEW, key="", **typed):
    """What the page's script sends every few seconds; the draft's key, and the answer."""
    answer = client.post(where, TYPED | typed | {"draft": key, "keep_draft": "1"})
    return key or answer.json().get("draft", ""), answer


def drafts(who):
    """The drafts of an officer, as he sees them."""
    with speaking(who):
        return list(Draft.objects.all())


def lines():
    """How many lines the ledger has."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from audit_line")
        return cursor.fetchone()[0]


def test_what_is_typed_is_kept_offered_gone_on_with_and_gone_when_sent(client, sergeant):
    key, answer = keep(client)
    assert answer.status_code == 200, answer.content
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["kept"])
    keep(client, key=key, description="Half typed")
    (held,) = drafts(sergeant)
    assert held.data["description"] == ["Half typed"]
    again = client.get(NEW).content.decode()
    assert "You began this on" in again
    assert "Half typed" not in again
    page = client.get(f"{NEW}?draft={key}")
    body = page.content.decode()
    assert "Half typed" in body
    assert "error" not in body.split("<main")[1].lower()
    assert draft_of(page) == key
    wrong = client.post(NEW, {"draft": key, "sex": "M"})
    assert wrong.status_code == 422
    assert len(drafts(sergeant)) == 1
    done = client.post(NEW, TYPED | {"draft": key})
    assert done.status_code == 302
    assert drafts(sergeant) == []


def test_keeping_writes_no_line_and_asks_for_what_the_page_asks(client, sergeant):
    nominal = make_nominal(sergeant)
    where = f"/pole/nominal/{nominal.reference}/edit/"
    before = lines()
    _, answer = keep(client, where, version="1")
    assert answer.status_code == 200
    assert lines() == before
    (held,) = drafts(sergeant)
    assert (held.record_id, held.version, held.command) == (nominal.pk, 1, "pole.nominal.edit")
    powerless = signed_in_client(officer(permissions=["pole.nominal.view"]))
    assert keep(powerless, where, str(uuid.uuid4()))[1].status_code == 403
    restrict(sergeant, nominal)
    outsider = signed_in_client(officer(role="supervisor", clearance=3))
    unseen = keep(outsider, where, str(uuid.uuid4()))[1]
    absent = keep(outsider, "/pole/nominal/NM26-1111-1111-A/edit/", str(uuid.uuid4()))[1]
    assert unseen.status_code == absent.status_code == 404
    assert unseen.json() == absent.json()


def test_a_draft_is_for_its_own_appointment_alone(client, sergeant):
    key, _ = keep(client)
    other = officer(role="supervisor", clearance=3)
    stranger = signed_in_client(other)
    assert drafts(other) == []
    assert "Half ty" not in stranger.get(f"{NEW}?draft={key}").content.decode()
    assert key not in stranger.get("/drafts/").content.decode()
    stranger.post(f"/drafts/{key}/")
    keep(stranger, key=key, description="Overwritten")
    stranger.post(NEW, TYPED | {"draft": key})
    (held,) = drafts(sergeant)
    assert held.data["description"] == ["Half ty"]
    with speaking(sergeant):
        holder = sergeant.user_id
    post = appointment(user_of(holder), "supervisor", of=unit("Another team"), clearance=3)
    assert drafts(signed_in(post)) == []


def user_of(user_id):
    """The user of an id."""
    from peel.kernel.access.models import User

    return User.objects.using("owner").get(pk=user_id)


def test_a_draft_of_a_record_that_one_may_no_longer_see_is_not_there(database):
    who, owner = officer(role="supervisor", clearance=3), officer(role="supervisor", clearance=3)
    nominal = make_nominal(owner)
    keep(signed_in_client(who), f"/pole/nominal/{nominal.reference}/edit/")
    assert len(drafts(who)) == 1
    restrict(owner, nominal)
    assert drafts(who) == []
    assert nominal.reference not in signed_in_client(who).get("/drafts/").content.decode()


def test_passwords_files_and_what_is_no_answer_are_never_kept():
    from django import forms
    from django.http import QueryDict

    from peel.machine.forms.base import CommandForm
    from peel.machine.pages.drafts import typed
    from peel.machine.ui.forms.groups import Group

    class Row(CommandForm):
        number = forms.CharField()

    class Secret(CommandForm):
        name = forms.CharField()
        secret = forms.CharField(widget=forms.PasswordInput)
        file = forms.FileField()
        rows_ = Group(Row, label="Rows", row="Row")

    post = QueryDict(
        "name=a&secret=b&file=c&csrfmiddlewaretoken=d&draft=e&rows_-0-number=1&version=3&x=y"
    )
    assert set(typed(Secret, post)) == {"name", "rows_-0-number", "version"}
    assert typed(CommandForm, QueryDict("a=b&version=1")) == {"version": ["1"]}


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"description": "x" * 70_000}, 422),
        ({"description": "a\x00b"}, 422),
    ],
)
def test_what_cannot_be_kept_is_said(typed, status, client, sergeant):
    _, answer = keep(client, **typed)
    assert answer.status_code == status
    assert answer.json()["title"]
    assert drafts(sergeant) == []


def test_drafts_are_bounded_in_number_and_in_time(client, sergeant, monkeypatch):
    monkeypatch.setattr("peel.machine.pages.drafts.MOST", 2)
    assert [keep(client, key=str(uuid.uuid4()))[1].status_code for _ in range(3)] == [200, 200, 422]
    Draft.objects.using("owner").filter(pk=drafts(sergeant)[0].pk).update(
        changed_at=clock.now() - datetime.timedelta(days=31)
    )
    for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        monkeypatch.setitem(
            connections.settings["default"], key, connections.settings["worker"][key]
        )
    connections.close_all()
    assert drop_drafts(0) == 1
    connections.close_all()
    assert Draft.objects.using("owner").count() == 1


def test_the_list_of_drafts_leads_to_each_and_deletes(client, sergeant):
    nominal = make_nominal(sergeant)
    one, _ = keep(client)
    two, _ = keep(client, f"/pole/nominal/{nominal.reference}/edit/")
    body = client.get("/drafts/").content.decode()
    assert f'href="{NEW}?draft={one}"' in body
    assert f'href="/pole/nominal/{nominal.reference}/edit/?draft={two}"' in body
    gone = client.post(f"/drafts/{one}/", {"next": "https://elsewhere.example/"})
    assert gone["Location"] == "/drafts/"
    assert [str(held.pk) for held in drafts(sergeant)] == [two]
    client.post(f"/drafts/{two}/", {"next": NEW})
    assert "You have no drafts" in client.get("/drafts/").content.decode()


def test_a_post_that_meets_a_lost_session_is_there_after_signing_in(client, sergeant):
    nominal = make_nominal(sergeant)
    where = f"/pole/nominal/{nominal.reference}/edit/"
    assert draft_of(client.get(where)) == ""
    run_out(sergeant)
    answer = client.post(where, TYPED | {"draft": "", "version": "1"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")
    back = signed_in(post_of(sergeant))
    (held,) = drafts(back)
    key = str(held.pk)
    assert key in answer["Location"]
    assert (held.record_id, held.version) == (nominal.pk, 1)
    page = signed_in_client(back).get(f"{where}?draft={key}")
    assert "Half ty" in page.content.decode()


def post_of(who):
    """The appointment of an identity."""
    from peel.kernel.access.models import Appointment

    return Appointment.objects.using("owner").get(pk=who.appointment_id)


def test_the_script_is_told_that_the_session_is_lost_and_what_it_sent_is_kept(client, sergeant):
    key, _ = keep(client)
    run_out(sergeant, "idle_limit")
    _, answer = keep(client, key=key, description="The last words")
    assert (answer.status_code, answer.json()) == (401, {"kept": True, "draft": key})
    (held,) = drafts(signed_in(post_of(sergeant)))
    assert held.data["description"] == ["The last words"]


def test_a_session_that_was_ended_keeps_nothing_and_nobody_anything(client, sergeant):
    key, _ = keep(client)
    identities.end(sergeant.token)
    assert keep(client, key=key, description="Injected")[1].json() == NOT_KEPT
    # The answer took the dead token back: from now on nobody is asking.
    assert client.post(NEW, TYPED | {"draft": key})["Location"] == f"/sign-in/?next={SENT}"
    assert keep(Client(), key=str(uuid.uuid4()))[1].json() == NOT_KEPT
    (held,) = drafts(signed_in(post_of(sergeant)))
    assert held.data["description"] == ["Half ty"]


def test_the_function_for_lost_sessions_takes_only_its_own_drafts(client, sergeant):
    key, _ = keep(client)
    other = officer(role="supervisor")
    run_out(other)
    with connections["default"].cursor() as cursor:

        def call(token, command="pole.nominal.create", reference="", data=None):
            cursor.execute(
                "select machine.keep_draft(%s, %s, %s, 'pole.nominal', %s, null, %s::jsonb)",
                [token, key, command, reference, json.dumps(data or {"a": ["b"]})],
            )
            return cursor.fetchone()[0]

        assert call(other.token) is False
        assert call("x" * 43) is False
        assert call(other.token, reference="NM26-0000-0000-X") is False
        assert call(other.token, data={"a": ["x" * 140_000]}) is False
    (held,) = drafts(sergeant)
    assert held.data["family_name"] == ["Okafor"]
    assert html.escape(held.command) == "pole.nominal.create"


def test_keeping_proves_where_it_comes_from(sergeant):
    strict = signed_in_client(sergeant, enforce_csrf_checks=True)
    assert strict.post(NEW, TYPED | {"keep_draft": "1"}).status_code == 403
    assert drafts(sergeant) == []
