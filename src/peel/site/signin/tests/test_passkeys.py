"""Passkeys: made, used, and misused in every way that a browser would not allow."""

import html
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from peel.kernel.access import hooks
from peel.kernel.access.identity import identify
from peel.kernel.access.tests import factories
from peel.site.signin.tests.soft_key import PRESENT, SoftKey

pytestmark = pytest.mark.usefixtures("database")
SIGN_IN, LIST = "/sign-in/passkey/", "/account/security/passkeys/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PEEL_REQUIRE_TOTP = True


@pytest.fixture
def told(monkeypatch):
    heard = []
    monkeypatch.setattr(hooks, "_hooks", [lambda **line: heard.append(line)])
    return heard


def browser(host="localhost"):
    return Client(HTTP_HOST=host)


def token_of(client):
    morsel = client.cookies.get(settings.PEEL_IDENTITY_COOKIE)
    return morsel.value if morsel else ""


def by_password(user, client=None):
    """A browser in which the password has been shown."""
    client = client or browser()
    client.post("/sign-in/", {"login": user.username, "password": factories.PASSWORD})
    return client


def options_in(client, where):
    page = client.get(where).content.decode()
    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page)[1]))


def add(client, key, name="Desk"):
    where = f"{LIST}new/"
    return client.post(where, {"name": name, "credential": key.create(options_in(client, where))})


def asked(client):
    return client.get(SIGN_IN, headers={"Accept": "application/json"}).json()


def show(client, said):
    return client.post(SIGN_IN, {"credential": said})


@pytest.fixture
def holder(told):
    """An officer with a passkey, and the key."""
    user, key = factories.user(), SoftKey()
    factories.appointment(user)
    client = by_password(user)
    answer = add(client, key)
    assert answer["Location"] == "/account/security/codes/", answer.content.decode()
    told.clear()
    return user, key


def test_who_needs_a_second_factor_may_make_a_passkey_and_goes_on_to_work(told):
    user, client = factories.user(), browser()
    factories.appointment(user)
    by_password(user, client)
    assert "passkey" in client.get("/account/security/app/").content.decode()
    assert add(client, SoftKey())["Location"] == "/account/security/codes/"
    client.get("/account/appointment/")
    assert identify(token_of(client)).user_id == user.pk
    assert [line["name"] for line in told] == ["access.passkey", "access.sign_in"]


def test_a_passkey_alone_signs_in_and_the_session_is_a_new_one(holder, told):
    user, key = holder
    client = browser()
    options = asked(client)
    assert options["publicKey"]["userVerification"] == "required"
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    answer = show(client, key.get(options))
    assert answer["Location"] == "/account/appointment/"
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    client.get(answer["Location"])
    assert identify(token_of(client)).user_id == user.pk
    assert told[-1]["name"] == "access.sign_in"
    assert told[-1]["detail"]["methods"] == ["mfa"]


def test_a_passkey_is_the_second_factor_after_a_password(holder):
    user, key = holder
    client = browser()
    answer = client.post("/sign-in/", {"login": user.username, "password": factories.PASSWORD})
    assert answer["Location"] == "/sign-in/code/"
    said = key.get(options_in(client, "/sign-in/code/"))
    answer = client.post("/sign-in/code/", {"credential": said})
    assert answer["Location"] == "/account/appointment/"
    client.get(answer["Location"])
    assert identify(token_of(client)).user_id == user.pk


def refused(client, said, told, user):
    """The answer to a passkey that is not accepted, its line, and nobody signed in."""
    answer = show(client, said)
    assert answer.status_code == 422
    assert "was not accepted" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert (told[-1]["name"], told[-1]["outcome"]) == ("access.sign_in.passkey", "refused")
    assert told[-1]["user_id"] == user


def test_an_assertion_is_good_once(holder, told):
    user, key = holder
    client = browser()
    said = key.get(asked(client))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert show(client, said).status_code == 302
    thief = browser()
    asked(thief)
    refused(thief, said, told, user.pk)
    # Neither in the very session whose challenge it answered.
    thief = browser()
    thief.cookies[settings.SESSION_COOKIE_NAME] = session
    refused(thief, said, told, user.pk)


@pytest.mark.parametrize(
    "origin", ["http://localhost:9999", "https://localhost", "https://evil.example", "null", ""]
)
def test_an_answer_to_another_origin_is_refused(holder, told, origin):
    _, key = holder
    key.origin = origin
    client = browser()
    refused(client, key.get(asked(client)), told, None)


def test_another_relying_party_an_unverified_user_and_a_wrong_key_are_refused(holder, told):
    user, key = holder
    client = browser()
    key.host = "elsewhere.example"
    refused(client, key.get(asked(client)), told, user.pk)
    key.host, flags, key.flags = "localhost", key.flags, PRESENT
    refused(client, key.get(asked(client)), told, user.pk)
    key.flags, right, key.key = flags, key.key, SoftKey().key
    refused(client, key.get(asked(client)), told, user.pk)
    key.key = right
    assert show(client, key.get(asked(client))).status_code == 302


def test_a_counter_that_does_not_rise_is_refused(holder, told):
    user, key = holder
    assert show(*signed(key, count=41)).status_code == 302
    for count in (40, 41, 0):
        client, said = signed(key, count=count)
        refused(client, said, told, user.pk)
    assert show(*signed(key, count=42)).status_code == 302


def signed(key, count):
    client = browser()
    key.counter = count - 1
    return client, key.get(asked(client))


def test_a_device_that_keeps_no_counter_is_let_in_each_time(holder):
    _, key = holder
    for _ in range(2):
        assert show(*signed(key, count=0)).status_code == 302


def test_a_user_who_is_not_active_is_told_no_more_than_others(holder, told):
    user, key = holder
    type(user).objects.using("owner").filter(pk=user.pk).update(is_active=False)
    client = browser()
    refused(client, key.get(asked(client)), told, user.pk)


@pytest.mark.parametrize(
    "said",
    ["", "{", "[]", "null", "1", '"x"', "{}", '{"id": 1}', '{"response": []}',
     '{"id":"x","rawId":"x","type":"public-key","response":{"clientDataJSON":"e30"}}',
     '{"id":"x","rawId":"x","type":"public-key","response":{"clientDataJSON":"AA",'
     '"authenticatorData":"AA","signature":"AA","userHandle":"AA"}}'],
)  # fmt: skip
def test_what_is_no_assertion_is_refused_in_the_same_words(said, told):
    client = browser()
    asked(client)
    answer = show(client, said)
    assert answer.status_code == 422
    assert "was not accepted" in answer.content.decode()
    user = factories.user()
    factories.appointment(user)
    client = by_password(user)
    client.get(f"{LIST}new/")
    answer = client.post(f"{LIST}new/", {"name": "x", "credential": said})
    assert answer.status_code == 422


def test_tries_are_counted_by_address_and_by_user(holder, settings):
    user, key = holder
    client = browser()
    client.post("/sign-in/", {"login": user.username, "password": factories.PASSWORD})
    wrong = SoftKey(handle=key.handle, credential_id=key.credential_id)
    for _ in range(5):
        said = wrong.get(options_in(client, "/sign-in/code/"))
        assert client.post("/sign-in/code/", {"credential": said}).status_code == 422
    said = key.get(options_in(client, "/sign-in/code/"))
    assert "too many tries" in client.post("/sign-in/code/", {"credential": said}).content.decode()
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    thief = browser()
    statuses = [show(thief, "{}").status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]


def test_passkeys_are_made_at_a_name_that_is_configured_alone(settings):
    user = factories.user()
    factories.appointment(user)
    for host in ("127.0.0.1", "testserver"):
        settings.PEEL_PASSKEY_HOSTS = ["localhost", "127.0.0.1"]
        client = by_password(user, browser(host))
        assert client.get(f"{LIST}new/")["Location"] == LIST
        assert "bare address" in client.get(LIST).content.decode()
        assert client.get(SIGN_IN, headers={"Accept": "application/json"}).status_code == 302
        assert "data-passkey" not in browser(host).get("/sign-in/").content.decode()


def test_several_are_named_listed_renamed_and_removed(told):
    user = factories.user()
    factories.appointment(user)
    client = by_password(user)
    keys = [SoftKey(), SoftKey()]
    add(client, keys[0], "Desk")
    client.get("/account/appointment/")
    assert add(client, keys[1], "Phone")["Location"] == f"{LIST}?done=added"
    twice = add(client, keys[1], "Phone again")
    assert "added already" in twice.content.decode()
    page = client.get(LIST).content.decode()
    assert "Desk" in page
    assert "Phone" in page
    desk, phone = Authenticator.objects.filter(user=user, type="webauthn").order_by("pk")
    client.post(f"{LIST}{desk.pk}/", {"name": "<b>Front office</b>"})
    assert "&lt;b&gt;Front office&lt;/b&gt;" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{phone.pk}/remove/")["Location"] == f"{LIST}?done=removed"
    # The last one stays: the role needs a second factor.
    assert client.post(f"{LIST}{desk.pk}/remove/").status_code == 422
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    stranger = factories.user()
    factories.appointment(stranger)
    other = by_password(stranger)
    for where in (f"{LIST}{desk.pk}/", f"{LIST}{desk.pk}/remove/"):
        assert other.post(where, {"name": "mine"}).status_code == 404
    states = [line["detail"].get("state") for line in told if line["name"] == "access.passkey"]
    assert states == ["added", "added", "renamed", "removed"]
    gone = browser()
    assert show(gone, keys[1].get(asked(gone))).status_code == 422


def test_no_line_no_passkey(monkeypatch):
    user = factories.user()
    factories.appointment(user)
    client = by_password(user)

    def fails(**line):
        raise RuntimeError("the ledger is away")

    monkeypatch.setattr(hooks, "_hooks", [fails])
    with pytest.raises(RuntimeError):
        add(client, SoftKey())
    assert not Authenticator.objects.filter(user=user).exists()
