"""Lending a post: what the delegate may do by it, how it ends, and every way to stretch it."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connections
from django.utils import timezone
from tests.security.stage import do, restrict

from peel.kernel.access.identity import SignedOut, identify, mint, speaking
from peel.kernel.access.models import Appointment, Delegation, Officer, User
from peel.kernel.access.tests.factories import (
    appointment,
    end_appointment,
    officer,
    organisation,
    signed_in,
    signed_in_client,
    unit,
    unproved,
)
from peel.machine.commands import NotFound, NotPermitted, Refused
from peel.machine.commands.problems import ProveItIsYou
from peel.modules.investigation.models import Crime
from peel.services.oversight.tests.scenes import rows
from peel.services.staff import lending
from peel.services.staff.running import run

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def lender():
    return officer("detective", clearance=3, name="Amara Lindqvist")


@pytest.fixture
def colleague():
    return officer("response officer", clearance=2, name="Tobias Reed")


def asked(lent, delegate, **more):
    return {
        "appointment_id": lent.appointment_id, "colleague": delegate.user_id, "starts": None,
        "ends": timezone.now() + timedelta(days=7), "reason": "Annual leave",
    } | more  # fmt: skip


def lend(who, lent, delegate, **more):
    made = run(lending.lend, who, asked(lent, delegate, **more))
    return Appointment.objects.get(pk=made)


def test_the_delegate_acts_under_his_own_name_within_his_own_bounds(lender, colleague):
    acting = lend(lender, lender, colleague)
    now = signed_in(acting)
    assert now.user_id == colleague.user_id
    assert (now.role, now.clearance) == ("detective", 2)
    assert now.acting_for.endswith("Amara Lindqvist")
    secret = do(lender, "investigation.crime.create", category="Burglary", marking=3)
    crime = do(now, "investigation.crime.create", category="Burglary")
    with speaking(now):
        assert not Crime.objects.filter(pk=secret.pk).exists()
        found = Crime.objects.get(pk=crime.pk)
    by = Officer.objects.get(pk=found.created_by_id)
    assert by.caption.endswith(f"Tobias Reed, acting for {now.acting_for}")
    assert by.lent_id == lender.appointment_id
    assert rows(
        "select user_id, appointment_id from audit_line where name = %s order by id desc limit 1",
        ["investigation.crime.create"],
    ) == [(colleague.user_id, acting.pk)]
    (detail,) = rows("select detail from audit_line where name = 'staff.delegation.create'")[0]
    for part in (acting.pk, lender.appointment_id, colleague.user_id):
        assert str(part) in str(detail)
    assert "leave" not in str(detail)


def test_a_place_on_an_access_list_is_not_lent(lender, colleague):
    crime = do(lender, "investigation.crime.create", category="Burglary")
    restrict(lender, crime)
    now = signed_in(lend(lender, lender, colleague))
    with speaking(now):
        assert not Crime.objects.filter(pk=crime.pk).exists()


def test_it_ends_by_itself_and_can_be_taken_or_given_back(lender, colleague):
    for who in (lender, colleague):
        now = signed_in(lend(lender, lender, colleague))
        run(lending.end, who, {"appointment_id": now.appointment_id})
        assert identify(now.token) is None
        with pytest.raises(Refused, match="ended already"):
            run(lending.end, who, {"appointment_id": now.appointment_id})
        assert Delegation.objects.using("owner").get(pk=now.appointment_id).ended_by_id
    soon = lend(lender, lender, colleague, ends=timezone.now() + timedelta(milliseconds=900))
    token = mint(colleague.user_id, soon.pk)
    assert identify(token) is not None
    with connections["owner"].cursor() as cursor:
        cursor.execute("select pg_sleep(1)")
    assert identify(token) is None


def test_it_holds_no_longer_than_the_post_lent_or_a_post_of_his_own(lender, colleague):
    acting = lend(lender, lender, colleague)
    now = signed_in(acting)
    Appointment.objects.using("owner").filter(pk=colleague.appointment_id).update(clearance=1)
    assert identify(now.token).clearance == 1
    end_appointment(colleague)
    assert identify(now.token) is None
    appointment(User.objects.get(pk=colleague.user_id), clearance=2)
    assert identify(now.token).clearance == 2
    end_appointment(lender)
    assert identify(now.token) is None
    assert not Officer.objects.get(pk=acting.pk).current
    with pytest.raises(SignedOut):
        mint(colleague.user_id, acting.pk)


def test_it_cannot_be_lent_on(lender, colleague):
    third = officer()
    now = signed_in(lend(lender, lender, colleague))
    with pytest.raises(Refused, match="act for somebody else"):
        run(lending.lend, now, asked(now, third))
    with pytest.raises(Refused, match="act for somebody else"):
        run(lending.lend, now, asked(colleague, third))
    with pytest.raises(Refused, match="lent itself"):
        run(lending.lend, colleague, asked(now, third))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ends": None}, "last day"),
        ({"ends": timezone.now() - timedelta(days=1)}, "last day"),
        ({"ends": timezone.now() + timedelta(days=120)}, "three months"),
        ({"starts": timezone.now() - timedelta(days=1)}, "past"),
    ],
)
def test_its_times_are_bounded(lender, colleague, more, words):
    values = asked(lender, colleague, **more)
    with pytest.raises(DatabaseError, match=words), speaking(lender, using="door"):
        connections["door"].cursor().execute(
            "select staff.lend(gen_random_uuid(), %s, %s, %s, %s, 'x')",
            [lender.appointment_id, colleague.user_id, values["starts"], values["ends"]],
        )


def test_who_may_lend_whose_post_to_whom(lender, colleague):
    foreign = officer(of=unit("There", of=organisation("Northmarch Constabulary")))
    with pytest.raises(Refused, match="same organisation"):
        lend(lender, lender, foreign)
    with pytest.raises(Refused, match="own"):
        lend(lender, lender, lender)
    with pytest.raises(NotFound):
        lend(colleague, lender, officer())
    supervisor = officer("supervisor")
    lend(supervisor, lender, colleague)
    with pytest.raises(Refused, match="already"):
        lend(supervisor, lender, colleague)
    with pytest.raises(Refused, match="yourself"):
        lend(supervisor, lender, supervisor)
    elsewhere = officer("supervisor", of=unit("Another team"))
    with pytest.raises(NotFound):
        lend(elsewhere, lender, officer())
    admin = officer("administrator", of=unit("Headquarters"))
    lend(admin, lender, officer())
    with pytest.raises(NotPermitted):
        lend(officer(permissions=[]), lender, colleague)
    with pytest.raises(ProveItIsYou):
        lend(unproved(lender), lender, officer())
    with pytest.raises(NotFound):
        run(lending.end, foreign, {"appointment_id": Delegation.objects.using("owner").first().pk})


@pytest.mark.parametrize(
    "statement",
    [
        "insert into access_delegation (appointment_id) values (gen_random_uuid())",
        "update access_delegation set reason = 'x'",
        "delete from access_delegation",
        "update access_appointment set clearance = 3, ends = null",
        "select staff.lend(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), null, now(),"
        " 'x')",
        "select staff.end_delegation(gen_random_uuid())",
        "select access.lent(gen_random_uuid())",
        "select access.own_clearance(gen_random_uuid(), gen_random_uuid())",
        "select access.standing(gen_random_uuid())",
        "select staff.sessions_of(gen_random_uuid())",
        "select access.prove('x')",
    ],
)
def test_the_web_role_cannot_stretch_it(lender, colleague, statement):
    now = signed_in(lend(lender, lender, colleague))
    with pytest.raises(DatabaseError) as caught, speaking(now):
        connections["default"].cursor().execute(statement)
    assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_who_has_nothing_to_do_with_it_does_not_see_it(lender, colleague):
    lend(lender, lender, colleague)
    for who, seen in (
        (lender, 1), (colleague, 1), (officer(), 0), (officer("supervisor"), 1),
        (officer("supervisor", of=unit("There", of=organisation("Northmarch Constabulary"))), 0),
    ):  # fmt: skip
        with speaking(who):
            assert Delegation.objects.count() == seen
    assert Delegation.objects.count() == 0


def test_the_pages_lend_choose_and_end(lender, colleague, settings):
    settings.PEEL_REQUIRE_TOTP = False
    mine, his = signed_in_client(lender), signed_in_client(colleague)
    page = mine.get("/staff/delegations/").content.decode()
    where = f"/staff/posts/{lender.appointment_id}/lend/"
    assert where in page
    day = timezone.localdate() + timedelta(days=3)
    number = Officer.objects.get(pk=colleague.appointment_id).collar_number
    form = {
        "colleague": number, "reason": "Annual leave",
        "ends": f"{day.day}/{day.month}/{day.year}", "ends_0": day.day, "ends_1": day.month,
        "ends_2": day.year,
    }  # fmt: skip
    assert mine.post(where, form | {"colleague": "nobody"}).status_code == 422
    done = mine.post(where, form)
    assert done.status_code == 302, done.content.decode()
    assert "Annual leave" in his.get("/staff/delegations/").content.decode()
    choice = his.get("/account/appointment/").content.decode()
    assert "acting for" in choice
    acting = Officer.objects.get(lent_id=lender.appointment_id)
    assert his.post("/account/appointment/", {"post": str(acting.pk)}).status_code == 302
    assert "Acting for" in his.get("/").content.decode()
    assert signed_in_client(officer()).get(where).status_code == 404
    assert mine.post(f"/staff/delegations/{acting.pk}/end/").status_code == 302
    assert his.get("/").status_code == 302
