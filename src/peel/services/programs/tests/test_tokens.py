"""Tokens and programs by their pages: shown once, kept as a hash, replaced, ended, noted."""

import re

import pytest
from django.test import Client

from peel.kernel.access import tokens
from peel.kernel.access.identity import speaking
from peel.kernel.access.models import ApiToken
from peel.kernel.access.tests.factories import officer, role, signed_in_client, unit

MAKE = {"name": "Nightly", "purpose": "Weekly figures", "days": "30",
        "scopes": ["pole.nominal.view"]}  # fmt: skip
API = "/api/pole/nominal/"


@pytest.fixture
def who(database):
    return officer(permissions=["access.token.create", "pole.*.view"])


def token_in(page):
    assert page.status_code == 200, page.content
    return re.search(tokens.FORM, page.content.decode())[0]


def call(token):
    return Client(headers={"Authorization": f"Bearer {token}"}).get(API).status_code


def test_a_token_is_made_shown_once_used_replaced_and_ended(who):
    client = signed_in_client(who)
    first = token_in(client.post("/account/tokens/new/", MAKE))
    assert call(first) == 200
    listed = client.get("/account/tokens/").content.decode()
    assert first not in listed
    assert first[:9] in listed
    with speaking(who):
        kept = ApiToken.objects.defer("token_hash").get()
    assert (kept.expires - kept.created).days == 30
    second = token_in(client.post(f"/account/tokens/{kept.pk}/replace/"))
    assert (call(first), call(second)) == (401, 200)
    with speaking(who):
        newest = ApiToken.objects.defer("token_hash").get(ended_at=None)
    assert newest.follows_id == kept.pk
    assert client.post(f"/account/tokens/{newest.pk}/end/").status_code == 302
    assert call(second) == 401


def test_only_what_the_role_may_is_offered(who):
    client = signed_in_client(who)
    page = client.get("/account/tokens/new/").content.decode()
    assert 'value="pole.nominal.view"' in page
    assert "staff." not in page
    wide = client.post("/account/tokens/new/", MAKE | {"scopes": ["pole.nominal.edit"]})
    assert wide.status_code == 422
    assert client.post("/account/tokens/new/", MAKE | {"days": "400"}).status_code == 422


def test_nobody_opens_the_page_of_anothers_token(who):
    signed_in_client(who).post("/account/tokens/new/", MAKE)
    with speaking(who):
        kept = ApiToken.objects.defer("token_hash").get()
    other = signed_in_client(officer(permissions=["access.token.create"]))
    for part in ("end", "replace"):
        assert other.post(f"/account/tokens/{kept.pk}/{part}/").status_code == 404


def test_an_administrator_adds_a_program_and_gives_it_a_token(database):
    role("interface")
    admin = officer(permissions=["staff.token.manage", "pole.nominal.view"])
    client = signed_in_client(admin)
    sent = {"name": "Custody kiosk", "collar_number": "P1", "role": "interface", "clearance": "1",
            "place": f"unit:{unit().pk}"}  # fmt: skip
    answer = client.post("/staff/programs/new/", sent)
    assert answer.status_code == 302, answer.content
    page = client.get("/staff/programs/").content.decode()
    where = re.search(r"/staff/programs/[0-9a-f-]{36}/token/", page)[0]
    token = token_in(client.post(where, MAKE))
    found = tokens.identify(token, None)
    assert found.name == "Custody kiosk"
    assert call(token) == 200
    assert client.post(f"/account/tokens/{found.api_token}/end/").status_code == 302
    assert call(token) == 401
