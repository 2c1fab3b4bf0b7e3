"""Where one is signed in, ending it, changing posts, and what is swept away."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, connections
from django.test import Client
from django.utils import timezone

from peel.kernel.access import sessions
from peel.kernel.access.identity import identify, speaking
from peel.kernel.access.models import Appointment, SessionToken, User
from peel.kernel.access.tests.factories import (
    PASSWORD,
    appointment,
    officer,
    run_out,
    signed_in,
    signed_in_client,
    unproved,
    user,
)
from peel.services.staff import commands
from peel.services.staff.running import run

pytestmark = pytest.mark.usefixtures("database")
PAGE, END, ALL = "/account/sessions/", "/account/sessions/end/", "/account/sessions/end-all/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PEEL_REQUIRE_TOTP = False


def token_of(client):
    return client.cookies[settings.PEEL_IDENTITY_COOKIE].value


def test_every_live_session_of_mine_is_shown_and_this_one_is_marked():
    here = officer(role="detective")
    signed_in(Appointment.objects.get(pk=here.appointment_id))
    run_out(signed_in(appointment(user(), "detective")))
    stranger = officer()
    page = signed_in_client(here).get(PAGE)
    text = page.content.decode()
    assert text.count("govuk-summary-card__title-wrapper") == 2
    assert text.count("This one") == 1
    assert "Detective, Response Team A" in text
    assert str(stranger.session_id) not in text
    assert [one.id for one in sessions.mine(stranger)] == [stranger.session_id]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
         " Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
         "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
         " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on an iPhone"),
        ("curl/8", "A browser"), ("", "A browser"),
    ],
)  # fmt: skip
def test_browsers_in_words(agent, words):
    assert sessions.in_words(agent) == words


def test_where_a_session_was_begun_is_kept_with_it():
    holder = user()
    appointment(holder)
    client = Client(HTTP_USER_AGENT="Firefox " + "x" * 900, REMOTE_ADDR="192.0.2.7")
    client.post("/sign-in/", {"login": holder.username, "password": PASSWORD})
    client.get("/account/appointment/")
    (one,) = sessions.mine(identify(token_of(client)))
    assert one.address == "192.0.2.7"
    assert one.agent.startswith("Firefox ")
    assert len(one.agent) == 400


def test_a_session_ended_elsewhere_is_out_at_its_next_request():
    here = officer()
    there = signed_in(Appointment.objects.get(pk=here.appointment_id))
    mine, other = signed_in_client(here), signed_in_client(there)
    assert other.get("/").status_code == 200
    answer = mine.post(END, {"session": str(there.session_id)})
    assert answer["Location"] == f"{PAGE}?done=one"
    assert other.get("/").status_code == 302
    assert mine.get("/").status_code == 200
    assert mine.post(END, {"session": str(there.session_id)})["Location"].endswith("gone")


def test_the_session_of_another_is_not_mine_to_end():
    victim, thief = officer(), officer()
    client = signed_in_client(thief)
    for wanted in (str(victim.session_id), "x", ""):
        assert client.post(END, {"session": wanted})["Location"].endswith("gone")
    assert identify(victim.token) is not None
    with pytest.raises(DatabaseError), speaking(thief):
        connections["default"].cursor().execute("select * from access.my_sessions()")


def test_signing_out_everywhere_ends_this_one_too():
    here = officer()
    there = signed_in(Appointment.objects.get(pk=here.appointment_id))
    client = signed_in_client(here)
    assert client.post(ALL)["Location"] == "/sign-in/?out=1"
    assert identify(here.token) is None
    assert identify(there.token) is None
    assert "_auth_user_id" not in client.session


def test_an_administrator_sees_where_a_user_is_signed_in_and_ends_it():
    admin, victim = officer(role="administrator"), officer()
    supervisor = officer(role="supervisor")
    where = f"/staff/people/{victim.user_id}/"
    client = signed_in_client(admin)
    assert 'id="sessions"' in client.get(where).content.decode()
    assert 'id="sessions"' not in signed_in_client(supervisor).get(where).content.decode()
    assert client.post(f"{where}sign-out/").status_code == 302
    assert identify(victim.token) is None
    assert signed_in_client(supervisor).post(f"{where}sign-out/").status_code == 403


def test_a_change_of_appointment_is_no_proof_and_a_higher_one_asks_for_it():
    here = officer(role="detective", clearance=2)
    holder = User.objects.get(pk=here.user_id)
    low = appointment(holder, "analyst", clearance=1)
    high = appointment(holder, "supervisor", clearance=3)
    client = signed_in_client(unproved(here))
    asked = client.post("/account/appointment/", {"post": str(high.pk)})
    assert asked["Location"].startswith("/confirm/?next=")
    assert identify(here.token) is not None
    moved = client.post("/account/appointment/", {"post": str(low.pk)})
    assert moved["Location"] == "/"
    now = identify(token_of(client))
    assert now.appointment_id == low.pk
    assert now.proved_at < timezone.now() - timedelta(minutes=30)
    assert identify(here.token) is None
    assert "You now act as: Analyst" in client.get("/").content.decode()


def test_what_has_expired_is_swept_and_what_lives_stays():
    alive, dead = officer(), officer()
    signed_in_client(alive)
    SessionToken.objects.using("owner").filter(pk=dead.session_id).update(
        expires=timezone.now() - timedelta(days=8)
    )
    old = Session.objects.create(
        session_key="x" * 32, session_data="", expire_date=timezone.now() - timedelta(seconds=1)
    )
    cache.set("gone", 1, -1)
    with connections["worker"].cursor() as cursor:
        cursor.execute("select access.sweep()")
        assert cursor.fetchone()[0] >= 2
    assert not Session.objects.filter(pk=old.pk).exists()
    assert not SessionToken.objects.using("owner").filter(pk=dead.session_id).exists()
    assert identify(alive.token) is not None
    assert Session.objects.count() == 1
    with pytest.raises(DatabaseError):
        connections["default"].cursor().execute("select access.sweep()")


def test_a_password_that_an_administrator_set_is_changed_before_anything_else():
    admin, holder = officer("administrator"), user(PASSWORD)
    appointment(holder)
    run(commands.set_password, admin, {"user_id": holder.pk, "password": "velvet-orbit-lantern"})
    client = Client()
    client.post("/sign-in/", {"login": holder.username, "password": "velvet-orbit-lantern"})
    asked = client.get("/account/appointment/")
    assert asked["Location"] == "/account/security/password/"
    assert settings.PEEL_IDENTITY_COOKIE not in client.cookies
    assert "only you know" in client.get(asked["Location"]).content.decode()
    done = client.post(
        asked["Location"],
        {"oldpassword": "velvet-orbit-lantern", "password1": "amber-quiet-harbour",
         "password2": "amber-quiet-harbour"},
    )  # fmt: skip
    assert done["Location"] == "/account/appointment/"
    assert client.get(done["Location"])["Location"] == "/"
    assert identify(token_of(client)).user_id == holder.pk
