"""Hostile input to every form, operation and list: plain words, no failure, no trace."""

import json

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine import registry
from peel.machine.commands.registry import command_creating, commands_on
from peel.machine.forms.base import CommandForm
from peel.site.urls import api
from tests.security.hostile import (
    BODIES,
    JSON_VALUES,
    QUERIES,
    REFERENCES,
    VALUES,
    Turns,
    parts_of,
    place,
    queries_for,
)
from tests.security.stage import build

COUNTED = (
    "records_record",
    "records_recordevent",
    "pole_link",
    "pole_nominalname",
    "investigation_crimeoutcome",
    "base_event",
    "records_document",
)
PLAIN = {400, 403, 404, 405, 409, 413, 422}


@pytest.fixture
def stage(database):
    return build()


@pytest.fixture
def client(stage):
    return signed_in_client(stage.owner, raise_request_exception=False)


def rows():
    """How many rows there are of what a write would leave."""
    with connections["owner"].cursor() as cursor:
        found = {}
        for table in COUNTED:
            cursor.execute(f"select count(*), max(xmin::text::bigint) from {table}")
            found[table] = cursor.fetchone()
        return found


def forms(stage):
    """Each command's address, its form and a record that it may be tried on."""
    for sheet in registry.sheets():
        record = stage.hidden_of(sheet)
        creating = command_creating(sheet.model)
        yield (
            reverse(f"{sheet.url_name}-create"),
            creating.form,
            f"/api/{sheet.kind.replace('.', '/')}/",
        )
        for command in commands_on(sheet.model):
            where = reverse(f"{sheet.url_name}-command", args=[record.reference, command.slug])
            stem = f"/api/{sheet.kind.replace('.', '/')}/{record.reference}/{command.slug}"
            yield where, command.form or CommandForm, stem


@pytest.mark.slow
def test_no_form_fails_on_a_hostile_value(stage, client):
    """Each value in every field at once, with a stale version: so nothing may be written."""
    turns, faults = Turns(VALUES.items()), []
    tried = list(forms(stage))
    before = rows()
    for where, form, _ in tried:
        names = list(form.base_fields)
        for label, value in turns.of(*parts_of(form)):
            data = dict.fromkeys(names, value) | {"version": "-7"}
            response = client.post(where, data)
            expected = created(where, response) or asks_nothing(where, response)
            if response.status_code not in PLAIN and not expected:
                faults.append((where, label, response.status_code))
            body = response.content.decode()
            if "<script>alert" in body or '" onmouseover="alert' in body:
                faults.append((where, label, "not escaped"))
    assert faults == []
    assert changed(before, rows()) <= {
        "records_record",
        "records_recordevent",
        "base_event",
        "records_document",
        "pole_nominalname",
    }


def created(where, response):
    """A text is a name or an address, however odd: what is only text may make a new record."""
    return where.endswith("/new/") and response.status_code == 302


def asks_nothing(where, response):
    """Watching asks nothing and changes no record: it is done whatever else is sent."""
    return where.rstrip("/").endswith("watch") and response.status_code in (200, 302)


def changed(before, after):
    return {table for table in before if before[table] != after[table]}


def test_no_single_field_fails_and_the_message_names_it(stage, client):
    """One field wrong at a time in the forms that create: the page says which."""
    whole = {
        "/pole/nominal/new/": {
            "family_name": "Kestrel",
            "given_names": "Ann",
            "sex": "F",
            "name_kind": "current",
            "date_of_birth": "1980",
        },
        "/investigation/crime/new/": {"category": "Burglary", "committed_from": "2026-03-01"},
        "/investigation/incident/new/": {"category": "Anti-social behaviour"},
        "/pole/location/new/": {"street": "Quay Street", "longitude": "-0.1", "latitude": "51.5"},
    }
    wrong = {
        "/pole/nominal/new/": ("family_name", "sex", "name_kind", "date_of_birth", "description"),
        "/investigation/crime/new/": (
            "category",
            "committed_from",
            "offence",
            "location",
            "summary",
        ),
        "/investigation/incident/new/": ("category", "happened_from", "location"),
        "/pole/location/new/": ("postcode", "longitude", "uprn", "street", "precision"),
    }
    for where, fields in wrong.items():
        for name in fields:
            before = rows()
            page = client.post(where, whole[where] | {name: "a\x00b" * 3000})
            assert page.status_code == 422, (where, name, page.status_code)
            body = page.content.decode()
            assert f'href="#id_{name}' in body, (where, name)
            assert changed(before, rows()) == set()


def test_no_operation_fails_on_a_hostile_body(stage, client):
    turns, faults = Turns(BODIES.items()), []
    tried = list(forms(stage))
    before = rows()
    for _, form, where in tried:
        for label, body in turns.of(way_of(where, form)):
            response = client.post(where, body, content_type="application/json")
            if response.status_code not in PLAIN:
                faults.append((where, label, response.status_code))
            elif not response["Content-Type"].startswith("application/problem+json"):
                faults.append((where, label, response.status_code, response["Content-Type"]))
    assert faults == []
    assert changed(before, rows()) == set()


def way_of(where, form):
    """What reads a body before its form does: the operation that creates, asks, or asks nothing."""
    return where.endswith("/"), bool(form.base_fields)


def plain(where, response):
    """Refused in words, a new record, or something that asks nothing."""
    return response.status_code in PLAIN | {201} or asks_nothing(where, response)


@pytest.mark.slow
def test_no_operation_fails_on_a_wrong_type(stage, client):
    values, versions, faults = Turns(JSON_VALUES), Turns(JSON_VALUES), []
    tried = list(forms(stage))
    before = rows()
    for _, form, where in tried:
        names = list(form.base_fields)
        for value in values.of(*parts_of(form)):
            body = json.dumps(dict.fromkeys(names, value) | {"version": 999})
            response = client.post(where, body, content_type="application/json")
            if not plain(where, response):
                faults.append((where, repr(value)[:40], response.status_code))
        for value in versions.of(way_of(where, form)):
            body = json.dumps(dict.fromkeys(names, "1") | {"version": value})
            response = client.post(where, body, content_type="application/json")
            if not plain(where, response):
                faults.append((where, "version", repr(value)[:40], response.status_code))
    assert faults == []
    assert "records_restriction" not in changed(before, rows())


def test_a_problem_of_the_api_names_the_field(client):
    for body, name in (
        ({"category": "Piracy"}, "category"),
        ({"category": ["Burglary"]}, "category"),
        ({"category": "Burglary", "location": "nowhere at all"}, "location"),
        ({"category": "Burglary", "committed_from": "31 February 2026"}, "committed_from"),
        ({}, "category"),
    ):
        said = client.post("/api/investigation/crime/", body, content_type="application/json")
        assert said.status_code == 422, (body, said.content)
        assert any(name in key for key in said.json()["errors"]), said.json()


@pytest.mark.slow
def test_no_list_fails_on_a_hostile_question(stage, client):
    turns, faults = Turns(QUERIES, few=4), []
    for sheet in registry.sheets():
        stem = f"{sheet.kind.replace('.', '/')}/"
        asked = queries_for(sheet, turns)
        for where in (f"/{stem}", f"/api/{stem}"):
            for query in asked:
                response = client.get(f"{where}?{query}")
                if response.status_code not in {200, 400, 422}:
                    faults.append((where, query[:60], response.status_code))
    for query in QUERIES:
        status = client.get(f"/search/?{query}").status_code
        faults += [("/search/", query[:60], status)] if status not in {200, 302} else []
    assert faults == []


def test_a_cursor_of_another_list_is_refused_or_starts_there(stage, client):
    listed = client.get("/api/investigation/crime/?size=25").json()
    assert listed["next"] is None
    by_name = place("Okafor", str(stage.visible["nominal"].pk), False)
    wrong = client.get(f"/api/investigation/crime/?at={by_name}")
    assert wrong.status_code == 422
    assert "at" in wrong.json()["errors"]


def test_no_reference_fails(stage, client):
    turns, faults = Turns(REFERENCES, few=2), []
    for sheet in registry.sheets():
        stem = sheet.kind.replace(".", "/")
        for reference in turns.of("record"):
            for where in (
                f"/{stem}/{reference}/",
                f"/{stem}/{reference}/edit/",
                f"/{stem}/{stage.visible['crime'].reference}/{reference}/",
                f"/api/{stem}/{reference}",
                f"/api/{stem}/{reference}/history",
            ):
                status = client.get(where).status_code
                faults += [(where[:80], status)] if status not in {301, 400, 404} else []
    assert faults == []


def test_no_method_but_the_listed_is_taken(stage, client):
    turns, faults = Turns(("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "X")), []
    for sheet in registry.sheets():
        reference = stage.hidden_of(sheet).reference
        stem = sheet.kind.replace(".", "/")
        pages = [
            f"/{stem}/",
            f"/{stem}/new/",
            f"/{stem}/{reference}/",
            f"/{stem}/{reference}/edit/",
            f"/api/{stem}/",
            f"/api/{stem}/{reference}",
            f"/api/{stem}/{reference}/edit",
        ]
        for where in pages:
            for method in turns.of(where.replace(stem, "").replace(reference, "")):
                status = client.generic(method, where, b"{}").status_code
                faults += [(method, where, status)] if status != 405 else []
        for where in (f"/{stem}/", f"/{stem}/{reference}/"):
            assert client.post(where, {}).status_code == 405
    assert faults == []


def test_too_much_is_said_to_be_too_much(stage, client):
    before = rows()
    large = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    page = client.post(
        "/pole/nominal/new/",
        f"family_name={large}",
        content_type="application/x-www-form-urlencoded",
    )
    assert page.status_code == 413
    sent = client.post(
        "/api/pole/nominal/", {"family_name": large}, content_type="application/json"
    )
    assert sent.status_code == 413
    assert sent["Content-Type"].startswith("application/problem+json")
    many = "&".join(f"f{n}=1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    page = client.post("/pole/nominal/new/", many, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413
    assert changed(before, rows()) == set()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"family_name=%ff%fe&version=%00&sex=\xff"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"family_name=a"),
        ("application/x-www-form-urlencoded; charset=rot13", b"family_name=a"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="sex"'),
        ("multipart/form-data; boundary=", b"--x"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x"),
        ("text/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"),
        ("", b"\x00\xff"),
        ("a/b; c=\xff", b"x"),
    ],
)
def test_no_encoding_fails(stage, client, content_type, body):
    before = rows()
    for where in (
        "/pole/nominal/new/",
        "/api/pole/nominal/",
        "/purpose/",
        f"/pole/nominal/{stage.visible['nominal'].reference}/edit/",
    ):
        response = client.generic("POST", where, body, content_type=content_type)
        assert response.status_code in PLAIN | {415}, (where, response.status_code)
    assert changed(before, rows()) == set()


def test_a_form_from_elsewhere_is_refused(stage):
    client = signed_in_client(stage.owner, enforce_csrf_checks=True)
    before = rows()
    for where in (
        "/pole/nominal/new/",
        "/purpose/",
        f"/pole/nominal/{stage.visible['nominal'].reference}/edit/",
    ):
        assert client.post(where, {"family_name": "X"}).status_code == 403
    sent = client.post("/api/pole/nominal/", {"family_name": "X"}, content_type="application/json")
    assert sent.status_code == 403
    assert changed(before, rows()) == set()


def test_a_refused_and_a_failed_write_leave_their_lines(stage):
    """What was refused stands in the ledger with who, what and on which record."""
    record = stage.visible["nominal"]
    nobody = officer(permissions=["pole.nominal.view"], clearance=3)
    client = signed_in_client(nobody)
    where = f"/pole/nominal/{record.reference}/edit/"
    assert client.post(where, {"version": "1", "sex": "M"}).status_code == 403
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select outcome, name, purpose_kind from audit_line where user_id = %s",
            [nobody.user_id],
        )
        assert ("refused", "pole.nominal.edit", "own caseload") in cursor.fetchall()


def test_the_schema_of_the_api_is_whole(client):
    schema = client.get("/api/openapi.json").json()
    assert schema["paths"].keys() == api.get_openapi_schema()["paths"].keys()
