"""The API beside the sheets: tokens, problems, paces, keys, versions by ETag, paging, the feed."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from peel.kernel.access import tokens
from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import end_appointment, officer, signed_in_client
from peel.kernel.base.relay import relay_batch
from peel.machine.commands import once
from peel.machine.models import KeptAnswer
from peel.pole.models import Nominal
from tests.machine.calling import program, token_for

NOMINALS = "/api/pole/nominal/"
PERSON = {"family_name": "Okafor", "given_names": "Daniel", "name_kind": "birth", "sex": "N"}
JSON = "application/json"


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


@pytest.fixture
def client(who):
    return program(token_for(who))


def make(client, **more):
    sent = client.post(NOMINALS, PERSON | more.pop("body", {}), content_type=JSON, headers=more)
    assert sent.status_code == 201, sent.content
    return sent


def lines(**where):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select name, outcome, detail, t.text from audit_line l"
            " left join audit_text t on t.line_id = l.id and t.kind = 'purpose' order by l.at"
        )
        rows = [
            {"name": name, "outcome": outcome, "detail": json.loads(detail or "{}"), "purpose": why}
            for name, outcome, detail, why in cursor.fetchall()
        ]
    return [row for row in rows if all(row[key] == value for key, value in where.items())]


def is_problem(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("urn:uuid:")
    return body


def test_a_token_reads_and_writes_without_a_cookie_and_without_csrf(who):
    bearer = {"Authorization": f"Bearer {token_for(who)}"}
    client = Client(enforce_csrf_checks=True, headers=bearer)
    made = make(client)
    where = made["Location"]
    assert client.get(where).json() == made.json()
    assert not client.cookies
    line = lines(name="pole.nominal.create")[-1]
    assert line["outcome"] == "done"
    assert line["purpose"] == "A test's purpose"
    assert set(line["detail"]) == {"api_token"}


def test_a_purpose_given_with_the_call_stands_in_the_line(client):
    client.get(NOMINALS, headers={"Peel-Purpose": "Operation Plover: café burglary"})
    assert lines(name="pole.nominal.list")[-1]["purpose"] == "Operation Plover: café burglary"
    is_problem(client.get(NOMINALS, headers={"Peel-Purpose": "x" * 1001}), 400)


def test_scopes_bound_what_a_token_may(who):
    reader = program(token_for(who, "pole.nominal.view"))
    assert reader.get(NOMINALS).status_code == 200
    is_problem(reader.post(NOMINALS, PERSON, content_type=JSON), 403)
    is_problem(reader.get("/api/investigation/crime/"), 403)


def test_a_token_that_opens_nothing_says_why_and_leaves_a_line(who):
    ended = token_for(who)
    with speaking(who, using="door"):
        tokens.end(tokens.identify(ended, None).api_token)
    over = officer(permissions=["*"])
    gone = token_for(over)
    end_appointment(over)
    cases = {"ended": ended, "appointment": gone, "unknown": tokens.draw()}
    for reason, token in cases.items():
        body = is_problem(program(token).get(NOMINALS), 401)
        assert len(body["detail"]) > 20
        line = lines(name="access.token.use", outcome="refused")[-1]
        assert line["detail"]["reason"] == reason
        assert token not in json.dumps(line["detail"])
    answer = Client(headers={"Authorization": "Basic YTpi"}).get(NOMINALS)
    is_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_and_the_session_of_another_appointment_are_refused_together(who):
    token = token_for(who)
    both = {"Authorization": f"Bearer {token}"}
    assert signed_in_client(who).get(NOMINALS, headers=both).status_code == 200
    is_problem(signed_in_client(officer()).get(NOMINALS, headers=both), 403)
    assert lines(name="access.token.use")[-1]["detail"]["reason"] == "two callers"


def test_a_token_in_an_address_is_refused_and_pages_take_none(who):
    token = token_for(who)
    body = is_problem(Client().get(f"{NOMINALS}?access_token={token}"), 400)
    assert "End this one" in body["detail"]
    assert program(token).get("/pole/nominal/").status_code == 302


def test_refused_calls_are_slowed_down(database):
    answers = [program(tokens.draw()).get(NOMINALS).status_code for _ in range(32)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert len(lines(name="access.token.use")) <= 31


def test_the_pace_is_counted_by_token_and_told(who, settings):
    settings.PEEL_API_READS, settings.PEEL_API_WRITES = 8, 4
    client, other = program(token_for(who)), program(token_for(who))
    first = client.get(NOMINALS)
    assert first["RateLimit-Policy"] == '"read";q=2;w=15'
    assert first["RateLimit"].startswith('"read";r=1;t=')
    client.get(NOMINALS)
    slow = client.get(NOMINALS)
    is_problem(slow, 429)
    assert 1 <= int(slow["Retry-After"]) <= 10
    assert other.get(NOMINALS).status_code == 200
    make(client)


@pytest.mark.parametrize(
    ("method", "where", "extra", "status"),
    [
        ("get", "/api/nothing/there", {}, 404),
        ("get", "/api/pole/nominal/NM26-0000-0000-A", {}, 404),
        ("put", NOMINALS, {"data": "{}", "content_type": JSON}, 405),
        ("head", "/api/changes", {}, 405),
        ("get", NOMINALS, {"headers": {"Accept": "text/csv"}}, 406),
        ("post", NOMINALS, {"data": "a=1", "content_type": "text/plain"}, 415),
        ("post", NOMINALS, {"data": "{", "content_type": JSON}, 400),
        ("post", NOMINALS, {"data": '{"sex":"M","sex":"F"}', "content_type": JSON}, 400),
        ("post", NOMINALS, {"data": "[]", "content_type": JSON}, 400),
        ("post", NOMINALS, {"data": '{"nonsense":1}', "content_type": JSON}, 422),
        ("get", f"{NOMINALS}?limit=101", {}, 422),
        ("get", f"{NOMINALS}?limit=٣", {}, 422),
        ("get", "/api/changes?after=nonsense", {}, 422),
    ],
)
def test_every_refusal_is_a_problem(client, method, where, extra, status):
    answer = getattr(client, method)(where, **extra)
    if method == "head":
        assert answer.status_code == status
    else:
        is_problem(answer, status)
    if status == 405:
        assert "GET" in answer["Allow"]


def test_an_etag_is_the_version_and_saves_reading_and_overwriting(client):
    made = make(client)
    where, tag = made["Location"], made["ETag"]
    assert client.get(where)["ETag"] == tag == '"1"'
    same = client.get(where, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    change = {"description": "Tall"}
    edited = client.post(f"{where}/edit", change, content_type=JSON, headers={"If-Match": tag})
    assert edited.status_code == 200, edited.content
    assert edited["ETag"] == '"2"'
    assert edited.json()["fields"]["description"] == "Tall"
    stale = client.post(f"{where}/edit", change, content_type=JSON, headers={"If-Match": tag})
    assert is_problem(stale, 412)["current_version"] == 2
    by_body = client.post(f"{where}/edit", change | {"version": 1}, content_type=JSON)
    assert is_problem(by_body, 409)["current_version"] == 2
    assert "version" in is_problem(
        client.post(f"{where}/edit", change, content_type=JSON), 422
    )["errors"]  # fmt: skip


def test_what_is_left_out_of_an_edit_stands(client):
    made = make(client, body={"description": "Tall"})
    where = made["Location"]
    edited = client.post(f"{where}/edit", {"version": 1, "sex": "M"}, content_type=JSON)
    assert edited.json()["fields"] == made.json()["fields"] | {"sex": "M"}
    emptied = client.post(f"{where}/edit", {"version": 2, "description": None}, content_type=JSON)
    assert emptied.json()["fields"]["description"] == ""


def test_a_call_sent_twice_is_done_once(client):
    key = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    first, again = make(client, **key), make(client, **key)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert "Idempotency-Replayed" not in first
    other = client.post(NOMINALS, PERSON | {"sex": "M"}, content_type=JSON, headers=key)
    assert "Idempotency-Key" in is_problem(other, 422)["errors"]
    assert client.get(NOMINALS).json()["total"] == 1
    is_problem(
        client.post(NOMINALS, PERSON, content_type=JSON, headers={"Idempotency-Key": "é"}), 400
    )


def test_the_same_key_at_once_has_one_effect(who):
    token = token_for(who)

    def call(_):
        try:
            return make(program(token), **{"Idempotency-Key": "at-once"}).json()["reference"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(call, range(8)))) == 1
    assert program(token).get(NOMINALS).json()["total"] == 1


def test_a_refused_call_does_not_use_up_its_key(client):
    key = {"Idempotency-Key": "k"}
    wrong = client.post(NOMINALS, PERSON | {"sex": "?"}, content_type=JSON, headers=key)
    is_problem(wrong, 422)
    make(client, **key)


def test_a_key_is_its_appointments_own_and_is_forgotten_after_a_day(who, client):
    make(client, **{"Idempotency-Key": "k"})
    make(program(token_for(officer(permissions=["*"]))), **{"Idempotency-Key": "k"})
    with connections["owner"].cursor() as cursor:
        cursor.execute("update machine_keptanswer set made_at = made_at - interval '25 hours'")
    again = make(client, **{"Idempotency-Key": "k"})
    assert "Idempotency-Replayed" not in again
    with speaking(who):
        assert KeptAnswer.objects.count() == 1


def test_a_crash_after_the_change_loses_both_or_neither(who, client, monkeypatch):
    def crash(self, made):
        raise RuntimeError("the power failed")

    with monkeypatch.context() as broken:
        broken.setattr(once.Once, "keep", crash)
        client.raise_request_exception = False
        failed = client.post(NOMINALS, PERSON, content_type=JSON, headers={"Idempotency-Key": "k"})
        is_problem(failed, 500)
    make(client, **{"Idempotency-Key": "k"})
    with speaking(who):
        assert Nominal.objects.count() == 1


def test_a_list_is_walked_by_its_links(client):
    made = [make(client).json()["reference"] for _ in range(5)]
    where, seen = f"{NOMINALS}?limit=2", []
    while where:
        answer = client.get(where)
        seen += [item["reference"] for item in answer.json()["items"]]
        links = [part for part in answer.get("Link", "").split(", ") if 'rel="next"' in part]
        where = links[0][1:].split(">")[0] if links else ""
    assert seen == made[::-1]


def test_the_feed_tells_each_change_once_in_order_and_nothing_of_the_hidden(who, client):
    outsider = program(token_for(officer(permissions=["*"], clearance=1)))
    start = {c: c.get("/api/changes?after=now").json()["next"] for c in (client, outsider)}
    stem = "/api/investigation/incident/"
    body = {"category": "Anti-social behaviour"}
    refs = [
        client.post(stem, body | {"marking": str(m)}, content_type=JSON).json()["reference"]
        for m in (1, 2, 1, 2)
    ]
    edited = {"version": 1, "summary": "Loud music"}
    client.post(f"{stem}{refs[0]}/edit", edited, content_type=JSON)
    relay_all()

    def walk(caller, limit):
        word, found = start[caller], []
        while True:
            page = caller.get("/api/changes", {"after": word, "limit": limit}).json()
            if not page["items"]:
                return found, word, page["next"]
            found, word = found + page["items"], page["next"]

    everything, *_ = walk(client, 2)
    told = [(c["reference"], c["version"], c["made"]) for c in everything]
    assert told == [*((ref, 1, True) for ref in refs), (refs[0], 2, False)]
    assert everything[-1]["operation"] == "investigation.incident.edit"
    assert set(everything[0]) == {
        "kind", "id", "reference", "version", "operation", "made", "at"
    }  # fmt: skip
    seen, last, after = walk(outsider, 1)
    assert [c["reference"] for c in seen] == [refs[0], refs[2], refs[0]]
    again = outsider.get("/api/changes", {"after": last}).json()["next"]
    assert len({last, after, again}) == 3
    assert len(last) == len(after) == len(again)


def relay_all():
    """Publish whatever waits, as the relay does."""
    while relay_batch():
        pass


def test_the_page_of_the_api_lists_every_operation(who):
    page = signed_in_client(who).get("/help/api/").content.decode()
    schema = program(token_for(who)).get("/api/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    ids = [call["operationId"] for methods in schema["paths"].values() for call in methods.values()]
    assert len(ids) == len(set(ids))
    assert all(f'id="{each}"' in page for each in ids)
