"""The tests that every sheet gets for free: list, page, forms, refusals, audit, search, API.

A new sheet gives its sample in its app's `tests/samples.py` and is tested by all of these.
"""

import json
from collections import Counter
from contextlib import ExitStack
from os import environ
from pathlib import Path

import pytest
from django.db import connections
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands.registry import commands_on
from peel.machine.show import of_record
from peel.machine.tests.samples import answers, sample_of
from tests.machine.families import thorough
from tests.machine.turns import left_on, tried_on

SHEETS = thorough()
COUNTS = Path(__file__).with_name("query_counts.json")
ALIASES = ("default", "audit", "door")

pytestmark = pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.kind for sheet in SHEETS])


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


@pytest.fixture
def client(who):
    return signed_in_client(who)


@pytest.fixture
def record(sheet, client, who):
    """A record of the kind, made by its form."""
    return made(sheet, client, who)


def made(sheet, client, who):
    """Make a record through the page, and give it as `who` sees it."""
    answer = client.post(reverse(f"{sheet.url_name}-create"), dict(sample_of(sheet).create))
    assert answer.status_code == 302, answer.content.decode()[:4000]
    reference = answer["Location"].rstrip("/").split("/")[-1]
    with speaking(who):
        return sheet.model.objects.get(reference=reference)


def page_of(sheet, record):
    return reverse(f"{sheet.url_name}-page", args=[record.reference])


def command_of(sheet, record, slug):
    return reverse(f"{sheet.url_name}-command", args=[record.reference, slug])


def api_of(sheet, record=None, slug=""):
    parts = ["/api", sheet.kind.replace(".", "/"), record.reference if record else "", slug]
    return "/".join(parts).rstrip("/") + ("" if record else "/")


def lines(who):
    """Name and outcome of the ledger lines of an officer."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select name, outcome, subjects from audit_line where user_id = %s", [who.user_id]
        )
        return [(name, outcome, subjects) for name, outcome, subjects in cursor.fetchall()]


def test_list_shows_the_record_and_its_columns(sheet, client, record):
    page = client.get(reverse(f"{sheet.url_name}-list"))
    assert page.status_code == 200
    body = page.content.decode()
    assert record.reference in body
    assert sheet.title_plural in body
    assert f"1 {sheet.title.lower()}" in body


def test_page_shows_every_section(sheet, client, who, record):
    body = client.get(page_of(sheet, record)).content.decode()
    for section in sheet.sections:
        assert section.title in body
    assert sample_of(sheet).word.upper() in body.upper()
    assert record.title in body


def test_create_form_asks_and_names_what_is_missing(sheet, client, who):
    where = reverse(f"{sheet.url_name}-create")
    page = client.get(where)
    assert page.status_code == 200
    for name in sample_of(sheet).create:
        assert f'name="{name}"' in page.content.decode() or f'name="{name}' in page.content.decode()
    empty = client.post(where, {})
    assert empty.status_code == 422
    assert "govuk-error-summary" in empty.content.decode()


def test_every_command_has_a_form_that_opens(sheet, client, record):
    for command in tried_on(sheet):
        page = client.get(command_of(sheet, record, command.slug))
        assert page.status_code == 200, command.name
        assert command.title in page.content.decode()


def test_every_command_but_the_moves_can_be_done(sheet, client, who):
    moves = {move.name.replace("_", "-") for move in sheet.flow.moves} if sheet.flow else set()
    elsewhere = {"edit", "restrict", "lift-restriction"} | moves
    others = [c.slug for c in tried_on(sheet) if c.slug not in elsewhere]
    record = made(sheet, client, who)
    given = answers(sheet, who, record)
    assert set(others) <= set(given), f"give their answers in the sample of {sheet.kind}"
    for slug in others:
        answer = tell(sheet, client, who, record, slug, given[slug])
        if answer.status_code != 302:
            # One before it may have made it impossible: it is tried on a record of its own.
            record = made(sheet, client, who)
            given = answers(sheet, who, record)
            answer = tell(sheet, client, who, record, slug, given[slug])
        assert answer.status_code == 302, (slug, answer.content.decode()[:4000])


def tell(sheet, client, who, record, slug, values):
    """Send the form of a command, filled in, for the version that the record has now."""
    with speaking(who):
        version = sheet.model.objects.get(pk=record.pk).version
    return client.post(command_of(sheet, record, slug), {"version": f"{version}", **values})


def test_a_restriction_hides_and_lifting_shows_again(sheet, client, who, record):
    other = signed_in_client(officer(permissions=["*"], clearance=3))
    done = client.post(command_of(sheet, record, "restrict"),
                       {"version": "1", "reason": "A test", "keep_me": "on"})  # fmt: skip
    assert done.status_code == 302
    assert client.get(page_of(sheet, record)).status_code == 200
    assert other.get(page_of(sheet, record)).status_code == 404
    assert record.reference not in other.get(reverse(f"{sheet.url_name}-list")).content.decode()
    lifted = client.post(command_of(sheet, record, "lift-restriction"),
                         {"version": "2", "reason": "Over"})  # fmt: skip
    assert lifted.status_code == 302
    assert other.get(page_of(sheet, record)).status_code == 200


def test_nothing_is_done_without_the_permission(sheet, client, who, record):
    nobody = officer(permissions=["nothing.at.all"], clearance=3)
    refused = signed_in_client(nobody)
    pages = [reverse(f"{sheet.url_name}-list"), reverse(f"{sheet.url_name}-create"),
             page_of(sheet, record)]  # fmt: skip
    pages += [command_of(sheet, record, c.slug) for c in left_on(sheet)]
    for where in pages:
        assert refused.get(where).status_code == 403, where
    for where in (pages[1], *pages[3:]):
        assert refused.post(where, {"version": "1"}).status_code == 403, where
    outcomes = Counter(outcome for _, outcome, _ in lines(nobody))
    assert set(outcomes) == {"refused"}
    assert outcomes["refused"] >= len(pages)


def test_each_permission_allows_its_own_and_no_more(sheet, client, record):
    viewer = signed_in_client(officer(permissions=[sheet.may.view], clearance=3))
    page = viewer.get(page_of(sheet, record))
    assert page.status_code == 200
    for command in commands_on(sheet.model):
        where = command_of(sheet, record, command.slug)
        assert viewer.get(where).status_code == 403, where
        assert where not in page.content.decode()


def test_every_look_and_write_has_its_line(sheet, client, who, record):
    sample = sample_of(sheet)
    client.get(reverse(f"{sheet.url_name}-list"))
    client.get(page_of(sheet, record))
    client.get(api_of(sheet, record))
    edited = client.post(command_of(sheet, record, "edit"), {"version": "1", **sample.edit})
    assert edited.status_code == 302, edited.content.decode()[:4000]
    client.post(command_of(sheet, record, "edit"), {"version": "1", **sample.edit})
    written = {(name, outcome) for name, outcome, subjects in lines(who) if record.pk in subjects}
    assert written >= {
        (f"{sheet.kind}.create", "done"),
        (f"{sheet.kind}.list", "done"),
        (f"{sheet.kind}.view", "done"),
        (f"{sheet.kind}.edit", "done"),
        (f"{sheet.kind}.edit", "refused"),
    }


def test_search_finds_it(sheet, client, record):
    word = sample_of(sheet).word
    for typed in (word, word.lower(), record.reference.lower().replace("-", " ")):
        answer = client.get("/search/", {"q": typed}, follow=True)
        assert record.reference in answer.content.decode(), typed
    listed = client.get(reverse(f"{sheet.url_name}-list"), {"q": word})
    assert record.reference in listed.content.decode()


def test_api_says_what_the_page_says(sheet, client, who, record):
    sent = client.get(api_of(sheet, record)).json()
    assert set(sent["fields"]) == set(sheet.fields)
    body = client.get(page_of(sheet, record)).content.decode()
    with speaking(who):
        found = sheet.model.objects.get(pk=record.pk)
        for name in sheet.fields:
            text = of_record(sheet, found, name)
            assert text in body or text.replace("'", "&#x27;") in body, name
            assert bool(text) == (sent["fields"][name] not in (None, "")), name
    assert (sent["reference"], sent["version"], sent["title"]) == (
        record.reference, 1, record.title,
    )  # fmt: skip
    listed = client.get(api_of(sheet)).json()
    assert [item["reference"] for item in listed["items"]] == [record.reference]
    assert listed["items"][0] == sent
    assert listed["total"] == 1


def test_api_makes_and_changes_as_the_page_does(sheet, client, who):
    sample = sample_of(sheet)
    sent = client.post(api_of(sheet), dict(sample.create), content_type="application/json")
    assert sent.status_code == 201, sent.content
    with speaking(who):
        record = sheet.model.objects.get(reference=sent.json()["reference"])
    body = {"version": 1, **sample.edit}
    edited = client.post(api_of(sheet, record, "edit"), body, content_type="application/json")
    assert edited.status_code == 200, edited.content
    assert edited.json()["version"] == 2
    stale = client.post(api_of(sheet, record, "edit"), body, content_type="application/json")
    assert stale.status_code == 409
    assert stale.json()["current_version"] == 2
    paged = made(sheet, client, who)
    first, second = (client.get(api_of(sheet, each)).json()["fields"] for each in (record, paged))
    client.post(command_of(sheet, paged, "edit"), {"version": "1", **sample.edit})
    second = client.get(api_of(sheet, paged)).json()["fields"]
    assert first == second


def test_history_shows_the_edit(sheet, client, who, record):
    sample = sample_of(sheet)
    client.post(command_of(sheet, record, "edit"), {"version": "1", **sample.edit})
    body = client.get(page_of(sheet, record)).content.decode()
    assert sample.changed in body
    assert sample.changed not in json.dumps(dict(sample.create))
    versions = client.get(api_of(sheet, record, "history")).json()
    assert [v["version"] for v in versions] == [2, 1]
    assert versions[0]["through"] == f"{sheet.kind}.edit"
    assert versions[0]["by"] == str(who.appointment_id)
    told = " ".join(d["after"] for d in versions[0]["differences"])
    assert sample.changed in told


def test_a_stale_save_shows_both(sheet, client, who, record):
    sample = sample_of(sheet)
    client.post(command_of(sheet, record, "edit"), {"version": "1", **sample.edit})
    form = {"version": "1", **sample.edit} | {k: v for k, v in sample.create.items()
                                              if k in sample.edit}  # fmt: skip
    stale = client.post(command_of(sheet, record, "edit"), form)
    assert stale.status_code == 409
    assert sample.changed in stale.content.decode()
    agreed = client.post(command_of(sheet, record, "edit"), form | {"version": "2"})
    assert agreed.status_code == 302


def queries(client, where):
    """How many statements a page asks of the database, by all its connections."""
    asked = []

    def counting(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in ALIASES:
            stack.enter_context(connections[alias].execute_wrapper(counting))
        assert client.get(where).status_code == 200
    return len(asked)


def test_list_and_page_ask_a_fixed_number_of_queries(sheet, client, who, record):
    listing, page = reverse(f"{sheet.url_name}-list"), page_of(sheet, record)
    client.get(page)
    found = {"list": queries(client, listing), "page": queries(client, page)}
    for _ in range(2):
        made(sheet, client, who)
    for version in range(1, 3):
        form = sample_of(sheet).edit if version % 2 else sample_of(sheet).create
        values = {name: form.get(name, "") for name in sample_of(sheet).edit}
        client.post(command_of(sheet, record, "edit"), {"version": str(version), **values})
    answers(sheet, who, record)
    assert queries(client, listing) == found["list"], "the list asks more with more rows"
    assert queries(client, page) == found["page"], "the page asks more with more history and links"
    held = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    if environ.get("PEEL_HOLD_QUERY_COUNTS") == "1":
        held[sheet.kind] = found
        COUNTS.write_text(json.dumps(held, indent=2, sort_keys=True) + "\n")
    assert held.get(sheet.kind) == found, "if it is meant: ./peel test --hold-query-counts"
