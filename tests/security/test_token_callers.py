"""Every operation of the API, called by programs.

Without a token; without the scope; with it but without sight of the record; and with both.
"""

import pytest

from peel.kernel.access.tests.factories import officer
from peel.kernel.base.relay import relay_batch
from peel.machine import registry
from peel.site.urls import api
from tests.machine.calling import program, token_for
from tests.machine.turns import common, debian, is_left
from tests.security.stage import build, said

NONE = "peel_" + "0" * 42
SEEN = {200, 201, 206, 304, 400, 404, 409, 415, 422}


@pytest.fixture
def stage(database):
    return build()


@pytest.fixture
def callers(stage):
    """A program for each of the four; the tokens are of officers who may do everything."""
    outsider = officer(permissions=["*"], clearance=1)
    insider = officer(permissions=["*"], clearance=3)
    apps = sorted({sheet.kind.split(".")[0] for sheet in registry.sheets()})
    return {
        "no token": program(NONE),
        "no scope": program(token_for(insider, "staff.nothing")),
        "no sight": program(token_for(outsider)),
        "both": program(token_for(stage.owner, *(f"{app}.*" for app in apps))),
    }


def calls(stage):
    """Each operation with its address (of a hidden record) and a body of the right form."""
    schema = api.get_openapi_schema()
    hidden = {f"/api/{s.kind.replace('.', '/')}/": stage.hidden_of(s).reference
              for s in registry.sheets()}  # fmt: skip
    in_turn = {
        f"/api/{sheet.kind.replace('.', '/')}/{{reference}}/{slug}": is_left(sheet, slug)
        for sheet in registry.sheets()
        for slug in common()
    }
    for path, methods in schema["paths"].items():
        if not in_turn.get(path, not debian()):
            continue
        reference = next((ref for stem, ref in hidden.items() if path.startswith(stem)), "")
        where = path.replace("{reference}", reference)
        where = where.replace("{file_id}", "01920000-0000-7000-8000-000000000001")
        where = where.replace("{what}", "mark")
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            name = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            shape = schema["components"]["schemas"].get(name.rpartition("/")[2], {})
            body = {name: "1" for name in shape.get("required", ())}
            if reference and "{reference}" in path:
                body["version"] = 1
            form = "multipart/form-data" in content
            yield path, method, where, (body if not form else {}), form


def call(client, method, where, body, form):
    if method == "get":
        return client.get(where)
    if form:
        return client.post(where, body)
    return client.post(where, body, content_type="application/json")


@pytest.mark.slow
def test_every_operation_answers_each_program(stage, callers):
    wrong = []
    for path, method, where, body, form in calls(stage):
        for who, client in callers.items():
            answer = call(client, method, where, body, form)
            of_record = "{reference}" in path
            expected = {"no token": {401, 429}, "no scope": {403}}.get(who)
            if expected is None:
                expected = {404} if of_record and who == "no sight" else SEEN | {403}
            if answer.status_code not in expected:
                wrong.append((who, method, path, answer.status_code))
            text = b"" if answer.streaming else answer.content
            if who != "both" and said(stage, text.decode()):
                wrong.append((who, method, path, "says too much"))
    assert wrong == []


def test_the_feed_says_nothing_of_what_is_hidden(stage, callers):
    while relay_batch():
        pass
    told = callers["no sight"].get("/api/changes?limit=100")
    assert told.status_code == 200
    assert told.json()["items"]
    assert said(stage, told.content.decode()) == []
    assert said(stage, callers["both"].get("/api/changes?limit=100").content.decode())
