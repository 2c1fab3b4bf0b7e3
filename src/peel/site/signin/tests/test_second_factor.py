"""The second factor: setting it up, showing it, losing it, and guessing at it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db import connections
from django.test import Client

from peel.kernel.access import hooks
from peel.kernel.access.identity import identify
from peel.kernel.access.second_factor import MFAAdapter
from peel.kernel.access.tests import factories

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def required(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PEEL_REQUIRE_TOTP = True


@pytest.fixture
def told(monkeypatch):
    heard = []
    monkeypatch.setattr(hooks, "_hooks", [lambda **line: heard.append(line)])
    return heard


@pytest.fixture
def moment(monkeypatch):
    """The time that codes are judged by, which a test may move on: a code is good once."""
    now = [time.time()]
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now[0])
    return now


def code(secret, moment):
    return format_hotp_value(hotp_value(secret, int(moment[0]) // 30))


def token_of(client):
    morsel = client.cookies.get(settings.PEEL_IDENTITY_COOKIE)
    return morsel.value if morsel else ""


def sign_in(client, user, password=factories.PASSWORD):
    return client.post("/sign-in/", {"login": user.username, "password": password})


def officer(role="response officer"):
    user = factories.user()
    factories.appointment(user, role)
    return user


def set_up(client, user, moment):
    """Sign in, be led to the set-up, scan, confirm, go on; gives secret and recovery codes."""
    client.get(sign_in(client, user)["Location"])
    page = client.get("/account/security/app/").content.decode()
    secret = re.search(r"Key: <code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    answer = client.post("/account/security/app/", {"code": code(secret, moment)})
    assert answer["Location"] == "/account/security/codes/"
    page = client.get(answer["Location"]).content.decode()
    codes = re.findall(r"<li><code>(\d+)</code></li>", page)
    client.get(re.search(r'href="(/account/appointment/[^"]*)"', page)[1])
    return secret, codes


def again(user, moment):
    """Another browser in which the password has been shown, half a minute later."""
    moment[0] += 30
    client = Client()
    assert sign_in(client, user)["Location"] == "/sign-in/code/"
    return client


def test_who_needs_one_is_led_to_set_it_up_and_is_nobody_until_then(moment, told):
    user, client = officer(), Client()
    answer = client.get(sign_in(client, user)["Location"])
    assert answer["Location"] == "/account/security/app/"
    assert token_of(client) == ""
    assert client.get("/")["Location"] == "/sign-in/"
    wrong = client.post("/account/security/app/", {"code": "000000"})
    assert wrong.status_code == 422
    _, codes = set_up(Client(), user, moment)
    assert len(codes) == 10
    assert [t["name"] for t in told] == [
        "access.sign_in.code", "access.second_factor", "access.sign_in",
    ]  # fmt: skip


def test_set_up_then_signs_in_with_a_code(moment, told):
    user, first = officer(), Client()
    secret, _ = set_up(first, user, moment)
    assert identify(token_of(first)).user_id == user.pk
    client = again(user, moment)
    assert token_of(client) == ""
    assert client.get("/account/appointment/").status_code == 302
    wrong = client.post("/sign-in/code/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "wrong or has been used" in wrong.content.decode()
    right = client.post("/sign-in/code/", {"code": code(secret, moment)})
    assert right["Location"] == "/account/appointment/"
    client.get(right["Location"])
    assert identify(token_of(client)).user_id == user.pk
    assert told[-1]["detail"] == {"methods": ["password", "mfa"]}


def test_a_code_is_good_once(moment):
    user = officer()
    secret, _ = set_up(Client(), user, moment)
    one, other = again(user, moment), Client()
    sign_in(other, user)
    now = code(secret, moment)
    assert one.post("/sign-in/code/", {"code": now}).status_code == 302
    assert other.post("/sign-in/code/", {"code": now}).status_code == 422


def test_a_recovery_code_is_good_once(moment):
    user = officer()
    _, codes = set_up(Client(), user, moment)
    for status in (302, 422):
        client = again(user, moment)
        assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == status
    assert client.post("/sign-in/code/", {"code": codes[1]}).status_code == 302


def test_guessing_at_codes_is_stopped(moment, told):
    user = officer()
    secret, _ = set_up(Client(), user, moment)
    client = again(user, moment)
    for _ in range(5):
        client.post("/sign-in/code/", {"code": "000000"})
    page = client.post("/sign-in/code/", {"code": code(secret, moment)})
    assert page.status_code == 422
    assert "too many tries" in page.content.decode()
    assert told[-1]["name"] == "access.lock_out"
    assert told[-1]["user_id"] == user.pk


def test_the_pages_of_security_are_closed_before_the_code(moment):
    user = officer()
    set_up(Client(), user, moment)
    client = again(user, moment)
    for page in ("", "app/", "app/remove/", "codes/", "codes/new/", "password/"):
        assert client.get(f"/account/security/{page}").status_code == 302, page


def test_a_session_from_before_the_app_has_to_show_a_code(moment):
    user = officer()
    factories.appointment(user, "detective")
    early = Client()
    sign_in(early, user)
    later = Client()
    page = later.get(sign_in(later, user)["Location"])
    post = re.search(r'name="post"[^>]*value="([^"]+)"', page.content.decode())[1]
    later.post("/account/appointment/", {"post": post})
    page = later.get("/account/security/app/").content.decode()
    secret = re.search(r"Key: <code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    later.post("/account/security/app/", {"code": code(secret, moment)})
    answer = early.post("/account/appointment/", {"post": post})
    assert answer["Location"] == "/sign-in/?ended=1"
    assert token_of(early) == ""


def test_a_role_that_needs_it_keeps_it(moment, settings):
    user, client = officer(), Client()
    set_up(client, user, moment)
    page = client.post("/account/security/app/remove/")
    assert "cannot be removed" in page.content.decode()
    assert Authenticator.objects.filter(user_id=user.pk).count() == 2
    settings.PEEL_REQUIRE_TOTP = False
    assert client.post("/account/security/app/remove/")["Location"].endswith("changed=off")
    assert Authenticator.objects.filter(user_id=user.pk).count() == 0


def test_who_set_it_up_of_his_own_will_has_to_show_it(moment, settings):
    settings.PEEL_REQUIRE_TOTP = False
    user, client = officer(), Client()
    client.get(sign_in(client, user)["Location"])
    assert identify(token_of(client))
    page = client.get("/account/security/app/").content.decode()
    secret = re.search(r"Key: <code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    client.post("/account/security/app/", {"code": code(secret, moment)})
    other = again(user, moment)
    assert other.get("/account/appointment/").status_code == 302
    assert token_of(other) == ""


def test_secrets_are_kept_encrypted(moment):
    user = officer()
    secret, codes = set_up(Client(), user, moment)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select coalesce(string_agg(data::text, ' '), '') from mfa_authenticator")
        kept = cursor.fetchone()[0]
    assert "secret" in kept
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_a_secret_kept_under_another_key_is_said_to_be(settings):
    kept = MFAAdapter().encrypt("JBSWY3DP")
    assert MFAAdapter().decrypt(kept) == "JBSWY3DP"
    settings.PEEL_SECOND_FACTOR_KEY = "another"
    with pytest.raises(ValueError, match="another key"):
        MFAAdapter().decrypt(kept)


def test_changing_it_asks_for_the_password_when_sign_in_is_long_past(moment, monkeypatch):
    user, client = officer(), Client()
    set_up(client, user, moment)
    assert client.get("/account/security/codes/new/").status_code == 200
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 3600}
        for record in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.post("/account/security/codes/new/")
    assert answer["Location"].startswith("/confirm/?next=")
    where = answer["Location"]
    assert client.post(where, {"password": "wrong"}).status_code == 422
    done = client.post(where, {"password": factories.PASSWORD})
    assert done["Location"] == "/account/security/codes/"


def test_new_recovery_codes_replace_the_old(moment):
    user, client = officer(), Client()
    _, old = set_up(client, user, moment)
    client.post("/account/security/codes/new/")
    page = client.get("/account/security/codes/").content.decode()
    fresh = re.findall(r"<li><code>(\d+)</code></li>", page)
    assert len(fresh) == 10
    assert not set(fresh) & set(old)
    assert again(user, moment).post("/sign-in/code/", {"code": old[0]}).status_code == 422


def test_a_new_password_ends_every_other_session(moment, told):
    user, client = officer(), Client()
    set_up(client, user, moment)
    other = factories.signed_in(user.appointments.get())
    here = token_of(client)
    answers = {"oldpassword": factories.PASSWORD, "password1": "short", "password2": "short"}
    page = client.post("/account/security/password/", answers)
    assert page.status_code == 422
    answers |= {"password1": "violet-anchor-mileage", "password2": "violet-anchor-mileage"}
    assert client.post("/account/security/password/", answers)["Location"].endswith("password")
    assert identify(other.token) is None
    assert identify(here) is not None
    assert client.get("/account/security/?changed=password").status_code == 200
    assert told[-1]["name"] == "access.password"
    assert sign_in(Client(), user).status_code == 422
    assert sign_in(Client(), user, "violet-anchor-mileage").status_code == 302


def test_one_may_sign_out_everywhere_else(moment):
    user, client = officer(), Client()
    set_up(client, user, moment)
    other = factories.signed_in(user.appointments.get())
    assert client.get("/account/security/others/").status_code == 405
    assert client.post("/account/security/others/").status_code == 302
    assert identify(other.token) is None
    assert identify(token_of(client)) is not None
    assert (
        "signed out everywhere else"
        in client.get("/account/security/?changed=others").content.decode()
    )
