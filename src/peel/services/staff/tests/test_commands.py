"""Every change of staff: done whole with its line, or not at all."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peel.kernel.access.identity import identify
from peel.kernel.access.models import Appointment, Organisation, Unit, User
from peel.kernel.access.tests.factories import (
    PASSWORD,
    appointment,
    officer,
    organisation,
    signed_in_client,
    unit,
    user,
)
from peel.kernel.audit import ledger
from peel.machine.commands import Invalid, NotFound, NotPermitted, Refused
from peel.services.oversight.tests.scenes import rows, text_of
from peel.services.staff import commands, locks
from peel.services.staff.running import run

pytestmark = pytest.mark.usefixtures("database")
STRONG = "velvet-orbit-lantern"
NEW = {"username": "apatel", "name": "Asha Patel", "collar_number": "7001"}


@pytest.fixture(autouse=True)
def plain(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PEEL_REQUIRE_TOTP = False


@pytest.fixture
def admin():
    return officer("administrator")


def lines(name):
    return rows(
        "select outcome, subjects, user_id from audit_line where name = %s and act = 'access'"
        " order by id", [name],
    )  # fmt: skip


def post_of(holder, **more):
    return {"user_id": holder.pk, "place": unit(), "role": "detective", "rank": "DC",
            "clearance": 2, "starts": None, "ends": None} | more  # fmt: skip


def may_sign_in(username, password):
    answer = Client().post("/sign-in/", {"login": username, "password": password})
    return answer.status_code == 302


def test_a_new_user_is_appointed_and_signs_in(admin):
    made = run(commands.create_user, admin, NEW | {"password": STRONG})
    assert lines("staff.user.create") == [("done", [made], admin.user_id)]
    post = run(commands.appoint, admin, post_of(User.objects.get(pk=made)))
    held = Appointment.objects.get(pk=post)
    assert (held.role_id, held.clearance, held.unit, held.ends) == ("detective", 2, unit(), None)
    client = Client()
    assert client.post("/sign-in/", {"login": "APatel", "password": STRONG}).status_code == 302
    assert client.get(reverse("appointments")).status_code == 302
    assert "Asha Patel" in text_of(client.get("/"))
    assert STRONG not in str(rows("select detail, name from audit_line"))


@pytest.mark.parametrize(
    ("clash", "field"), [("username", "username"), ("collar_number", "collar_number")]
)
def test_a_name_or_number_that_is_taken_is_named(admin, clash, field):
    run(commands.create_user, admin, NEW | {"password": STRONG})
    again = {"username": "other", "name": "B", "collar_number": "7002"}
    again[clash] = NEW[clash].upper()
    with pytest.raises(Invalid) as caught:
        run(commands.create_user, admin, again | {"password": STRONG})
    assert list(caught.value.errors) == [field]
    assert [o for o, *_ in lines("staff.user.create")] == ["done", "refused"]
    assert User.objects.filter(name="B").count() == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": STRONG, "again": STRONG + "x"}, "The two passwords differ"),
        ({"password": "asha patel 71", "again": "asha patel 71"}, "too similar"),
        ({"password": "", "again": ""}, "Enter first password"),
        ({"username": "a b"}, "no spaces"),
        ({"name": "x" * 300}, "Name must be 200 characters or fewer"),
        ({"collar_number": "\x00"}, "must not contain unseen characters"),
    ],
)  # fmt: skip
def test_a_form_that_is_wrong_names_the_field_and_saves_nothing(admin, given, said):
    client = signed_in_client(admin)
    answer = client.post("/staff/new/", NEW | {"password": STRONG, "again": STRONG} | given)
    assert answer.status_code == 422
    assert said.lower() in text_of(answer).lower()
    assert STRONG not in answer.content.decode()
    assert User.objects.filter(username="apatel").count() == 0


def test_deactivating_ends_every_session_at_once(admin):
    other = officer("detective", password=PASSWORD, username="tbirch")
    run(commands.deactivate, admin, {"user_id": other.user_id})
    assert identify(other.token) is None
    assert not may_sign_in("tbirch", PASSWORD)
    run(commands.activate, admin, {"user_id": other.user_id})
    assert may_sign_in("tbirch", PASSWORD)


def test_a_new_password_ends_sessions_and_the_old_one(admin):
    other = officer("detective", password=PASSWORD, username="tbirch")
    run(commands.set_password, admin, {"user_id": other.user_id, "password": STRONG})
    assert identify(other.token) is None
    assert not may_sign_in("tbirch", PASSWORD)
    assert may_sign_in("tbirch", STRONG)
    assert lines("staff.user.set_password") == [("done", [other.user_id], admin.user_id)]


def test_a_second_factor_is_taken_away(admin):
    other = officer("detective")
    with pytest.raises(Refused, match="No second factor"):
        run(commands.reset_second_factor, admin, {"user_id": other.user_id})
    Authenticator.objects.create(user_id=other.user_id, type="totp", data={})
    run(commands.reset_second_factor, admin, {"user_id": other.user_id})
    assert Authenticator.objects.count() == 0
    assert identify(other.token) is None


def test_who_is_locked_out_is_let_in_again(admin):
    other = officer("detective", password=PASSWORD, username="TBirch")
    for _ in range(5):
        may_sign_in("tbirch", "wrong")
    assert not may_sign_in("tbirch", PASSWORD)
    assert locks.is_locked("TBirch", other.user_id)
    client = signed_in_client(admin)
    page = text_of(client.get(f"/staff/people/{other.user_id}/"))
    assert "Yes, after too many tries" in page
    assert client.post(f"/staff/people/{other.user_id}/unlock/").status_code == 302
    assert not locks.is_locked("TBirch", other.user_id)
    assert may_sign_in("tbirch", PASSWORD)


def test_posts_begin_and_end(admin):
    holder = user(None)
    later = timezone.now() + timedelta(days=3)
    post = run(commands.appoint, admin, post_of(holder, starts=later))
    with pytest.raises(Refused, match="already"):
        run(commands.appoint, admin, post_of(holder))
    run(commands.end_appointment, admin, {"appointment_id": post, "ends": None})
    assert Appointment.objects.get(pk=post).ends == later
    now = run(commands.appoint, admin, post_of(holder))
    run(commands.end_appointment, admin, {"appointment_id": now, "ends": later})
    assert Appointment.objects.get(pk=now).ends == later
    run(commands.end_appointment, admin, {"appointment_id": now, "ends": None})
    with pytest.raises(Refused, match="ended already"):
        run(commands.end_appointment, admin, {"appointment_id": now, "ends": None})


def test_the_rules_of_posts(admin):
    holder = user(None)
    past = timezone.now() - timedelta(days=3)
    with pytest.raises(Refused, match="past"):
        run(commands.appoint, admin, post_of(holder, starts=past))
    with pytest.raises(Refused, match="before it begins"):
        run(commands.appoint, admin, post_of(holder, ends=past))
    with pytest.raises(Refused, match="for programs"):
        run(commands.appoint, admin, post_of(holder, role="loader"))
    with pytest.raises(Refused, match="does not fit"):
        run(commands.appoint, admin, post_of(holder, role="pirate"))
    gone = user(None, is_active=False)
    with pytest.raises(Refused, match="not active"):
        run(commands.appoint, admin, post_of(gone))
    assert Appointment.objects.filter(user__in=[holder.pk, gone.pk]).count() == 0


def test_a_post_that_ends_ends_its_sessions(admin):
    other = officer("detective")
    run(commands.end_appointment, admin, {"appointment_id": other.appointment_id, "ends": None})
    assert identify(other.token) is None


def test_nobody_raises_or_saves_himself(admin):
    me = User.objects.get(pk=admin.user_id)
    for command, values in (
        (commands.appoint, post_of(me)),
        (commands.end_appointment, {"appointment_id": admin.appointment_id, "ends": None}),
        (commands.deactivate, {"user_id": me.pk}),
        (commands.set_password, {"user_id": me.pk, "password": STRONG}),
        (commands.reset_second_factor, {"user_id": me.pk}),
    ):
        with pytest.raises(Refused, match="yourself"):
            run(command, admin, values, about=[me.pk])
        assert lines(command.name) == [("refused", [me.pk], me.pk)]


def test_units_and_organisations(admin):
    force = Organisation.objects.get(pk=admin.organisation_id)
    top = run(commands.create_unit, admin, {"place": force, "name": "North"})
    below = run(commands.create_unit, admin, {"place": Unit.objects.get(pk=top), "name": "Team 1"})
    assert Unit.objects.get(pk=below).parent_id == top
    with pytest.raises(Invalid, match="same place"):
        run(commands.create_unit, admin, {"place": force, "name": "North"})
    run(commands.rename_unit, admin, {"unit_id": below, "name": "Team One"})
    assert Unit.objects.get(pk=below).name == "Team One"
    made = run(commands.create_organisation, admin, {"name": "Estuary Police", "code": "EST"})
    with pytest.raises(Invalid, match="code"):
        run(commands.create_organisation, admin, {"name": "Another", "code": "EST"})
    run(commands.rename_organisation, admin,
        {"organisation_id": made, "name": "Estuary", "code": "ES"})  # fmt: skip
    assert Organisation.objects.get(pk=made).name == "Estuary"


def test_an_administrator_of_one_force_changes_no_other():
    local = officer(permissions=("staff.user.*", "staff.unit.*"))
    other = unit("Harbour Team", of=organisation("Estuary Police"))
    theirs = officer("detective", of=other)
    for command, values in (
        (commands.deactivate, {"user_id": theirs.user_id}),
        (commands.set_password, {"user_id": theirs.user_id, "password": STRONG}),
        (commands.unlock, {"user_id": theirs.user_id}),
        (commands.appoint, post_of(user(None), place=other)),
        (commands.end_appointment, {"appointment_id": theirs.appointment_id, "ends": None}),
        (commands.create_unit, {"place": other, "name": "X"}),
        (commands.rename_unit, {"unit_id": other.pk, "name": "X"}),
    ):
        with pytest.raises(NotFound):
            run(command, local, values)
    assert identify(theirs.token) is not None
    with pytest.raises(NotPermitted):
        run(commands.create_organisation, local, {"name": "X", "code": "X"})


def test_who_moved_on_is_out_of_reach_of_the_force_that_he_left():
    local = officer(permissions=("staff.user.*",))
    gone = officer("detective")
    run(commands.end_appointment, local, {"appointment_id": gone.appointment_id, "ends": None})
    holder = User.objects.get(pk=gone.user_id)
    appointment(holder, "detective", of=unit("Harbour", of=organisation("Estuary Police")))
    with pytest.raises(NotFound):
        run(commands.set_password, local, {"user_id": holder.pk, "password": STRONG})


def test_without_the_permission_nothing_happens_and_a_line_says_so():
    who = officer("supervisor")
    for command in (commands.create_user, commands.deactivate, commands.appoint):
        with pytest.raises(NotPermitted):
            run(command, who, {})
        assert [o for o, *_ in lines(command.name)] == ["refused"]
    with pytest.raises(NotPermitted):
        run(commands.create_user, None, {})


def test_no_line_no_change(admin, monkeypatch):
    other = officer("detective", password=PASSWORD, username="tbirch")
    for _ in range(5):
        may_sign_in("tbirch", "wrong")

    def broken(**rest):
        raise ledger.LedgerUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "write", broken)
        for command, values in (
            (commands.create_user, NEW | {"password": STRONG}),
            (commands.deactivate, {"user_id": other.user_id}),
            (commands.set_password, {"user_id": other.user_id, "password": STRONG}),
            (commands.unlock, {"user_id": other.user_id}),
        ):
            with pytest.raises(ledger.LedgerUnavailable):
                run(command, admin, values)
            assert [o for o, *_ in lines(command.name)] == ["failed"]
    assert identify(other.token) is not None
    assert User.objects.filter(username="apatel").count() == 0
    assert locks.is_locked("tbirch", other.user_id)
    assert User.objects.get(pk=other.user_id).check_password(PASSWORD)


def asked(alias, token, sql):
    """What a role gets when it speaks for `token`, by raw SQL."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        if token:
            cursor.execute("select access.speak_for(%s)", [token])
        cursor.execute(sql)


FUNCTIONS = (
    "create_user(gen_random_uuid(), 'x', 'x', 'x', 'x')",
    "edit_user(gen_random_uuid(), 'x', 'x', 'x')", "set_active(gen_random_uuid(), false)",
    "set_password(gen_random_uuid(), 'x')", "reset_second_factor(gen_random_uuid())",
    "demand_unlock(gen_random_uuid())",
    "appoint(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), null, 'auditor', '', 3::int2,"
    " null, null)",
    "end_appointment(gen_random_uuid(), null)",
    "create_unit(gen_random_uuid(), gen_random_uuid(), null, 'x')",
    "rename_unit(gen_random_uuid(), 'x')", "create_organisation(gen_random_uuid(), 'x', 'x')",
    "rename_organisation(gen_random_uuid(), 'x', 'x')",
)  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_database_refuses_too(function, admin):
    # The web role cannot even call it; the door only for whoever may.
    with pytest.raises(DatabaseError, match="permission denied"):
        asked("default", admin.token, f"select staff.{function}")
    for token in (None, officer("supervisor").token):
        with pytest.raises(DatabaseError, match="the role does not allow"):
            asked("door", token, f"select staff.{function}")
