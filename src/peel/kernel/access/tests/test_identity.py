"""Whom the database believes: real sessions do, everything made up does not."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from peel.kernel.access import identity as identities
from peel.kernel.access.identity import (
    SignedOut,
    answering,
    current_identity,
    identify,
    mint,
    speaking,
    speaking_as_system,
)
from peel.kernel.access.models import Officer
from peel.kernel.access.tests import factories
from peel.kernel.base import clock

pytestmark = pytest.mark.usefixtures("database")


def ask(sql, *arguments, using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchone()


@contextmanager
def refused(sqlstate="42501"):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(using="default"):
        yield
    assert caught.value.__cause__.sqlstate == sqlstate


def test_speaks_within_one_transaction_only():
    officer = factories.officer()
    with speaking(officer):
        row = ask("select * from access.identity()")
        assert row[:5] == (
            officer.user_id, officer.appointment_id, officer.organisation_id,
            officer.unit_id, 2,
        )  # fmt: skip
        assert row[5] == [officer.organisation_id]
        assert ask(
            "select access.current_user_id(), access.current_appointment_id(),"
            " access.current_clearance(), access.current_organisations()"
        ) == (officer.user_id, officer.appointment_id, 2, [officer.organisation_id])
    assert ask("select access.current_user_id()") == (None,)
    assert ask("select user_id from access.identity()") == (None,)


def test_a_setting_of_ones_own_is_nobody():
    officer = factories.officer()
    payload = f"({officer.user_id},{officer.appointment_id},{officer.organisation_id},,3,{{}})"
    for forged in (payload, "0" * 64 + payload, "", "x" * 64, "0" * 64 + "not a row"):
        with transaction.atomic():
            ask("select set_config('peel.identity', %s, true)", forged)
            assert ask("select access.current_user_id()") == (None,)
        ask("select set_config('peel.identity', %s, false)", forged)
        assert ask("select access.current_user_id()") == (None,)


def test_a_changed_payload_is_nobody():
    with speaking(factories.officer(clearance=1)):
        said = ask("select current_setting('peel.identity')")[0]
        assert ",1," in said
        ask("select set_config('peel.identity', %s, true)", said.replace(",1,", ",3,"))
        assert ask("select access.current_clearance()") == (None,)
        ask("select set_config('peel.identity', %s, true)", said)
        assert ask("select access.current_clearance()") == (1,)


def test_what_was_said_before_is_nobody_in_the_next_transaction_of_the_connection():
    with speaking(factories.officer()):
        said, backend = ask("select current_setting('peel.identity'), pg_backend_pid()")
    with transaction.atomic():
        assert ask("select pg_backend_pid()") == (backend,)
        ask("select set_config('peel.identity', %s, true)", said)
        assert ask("select access.current_user_id()") == (None,)
    ask("select set_config('peel.identity', %s, false)", said)
    assert ask("select access.current_user_id()") == (None,)
    with speaking(factories.officer(clearance=3)):
        ask("select set_config('peel.identity', %s, true)", said)
        assert ask("select access.current_user_id()") == (None,)


def test_what_another_connection_said_is_nobody_here():
    with speaking(factories.officer()):
        said = ask("select current_setting('peel.identity')")[0]
        with transaction.atomic(using="audit"):
            ask("select set_config('peel.identity', %s, true)", said, using="audit")
            assert ask("select access.current_user_id()", using="audit") == (None,)


def test_a_rolled_back_savepoint_takes_its_speaker_along():
    officer = factories.officer()
    with transaction.atomic():
        point = transaction.savepoint()
        ask("select access.speak_for(%s)", officer.token)
        assert ask("select access.current_user_id()") == (officer.user_id,)
        transaction.savepoint_rollback(point)
        assert ask("select access.current_user_id()") == (None,)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "' or true --", "\u2603" * 20])
def test_an_unknown_token_is_nobody(token):
    assert identify(token) is None
    with refused("28000"):
        ask("select access.speak_for(%s)", token)


def test_a_null_token_is_nobody():
    assert identify(None) is None
    with refused("28000"):
        ask("select access.speak_for(null)")


def test_an_ended_session_is_nobody():
    officer = factories.officer()
    assert identities.end(officer.token)
    assert not identities.end(officer.token)
    assert identify(officer.token) is None
    with pytest.raises(SignedOut), speaking(officer):
        pass


def test_all_sessions_of_a_user_end_but_the_one_named():
    first = factories.officer()
    second = mint(first.user_id, first.appointment_id)
    other = factories.officer()
    assert identities.end_all(first.user_id, but=second) == 1
    assert identify(first.token) is None
    assert identify(second) is not None
    assert identities.end_all(first.user_id) == 1
    assert identify(second) is None
    assert identify(other.token) is not None


@pytest.mark.parametrize("bound", ["lifetime", "idle_limit"])
def test_a_session_that_ran_out_is_nobody(bound):
    officer = factories.officer()
    assert identify(officer.token) is not None
    factories.run_out(officer, bound)
    assert identify(officer.token) is None
    with pytest.raises(SignedOut), speaking(officer):
        pass


def test_use_keeps_a_session_from_running_idle():
    officer = factories.officer()
    ask(
        "with moved as (update access_sessiontoken"
        " set last_seen = last_seen - interval '59 minutes' returning 1) select * from moved",
        using="owner",
    )
    assert identify(officer.token) is not None
    idle = ask("select clock_timestamp() - last_seen from access_sessiontoken", using="owner")[0]
    assert idle < timedelta(minutes=5)


def test_the_clock_of_the_application_decides_nothing():
    officer = factories.officer()
    for year in (1999, 2099):
        with clock.fixed(datetime(year, 1, 1, tzinfo=UTC)):
            assert identify(officer.token) is not None
            with speaking(officer):
                assert ask("select access.current_user_id()") == (officer.user_id,)


def test_an_appointment_that_ends_ends_the_session():
    officer = factories.officer()
    factories.end_appointment(officer)
    assert identify(officer.token) is None
    with pytest.raises(SignedOut), speaking(officer):
        pass
    with pytest.raises(SignedOut):
        mint(officer.user_id, officer.appointment_id)


def test_a_suspended_user_is_nobody():
    officer = factories.officer()
    ask(
        "with done as (update access_user set is_active = false where id = %s returning 1)"
        " select * from done", officer.user_id, using="owner",
    )  # fmt: skip
    assert identify(officer.token) is None
    with pytest.raises(SignedOut), speaking(officer):
        pass


def test_nobody_is_signed_in_for_the_post_of_another():
    one, other = factories.officer(), factories.officer()
    with pytest.raises(SignedOut):
        mint(one.user_id, other.appointment_id)


def test_nobody_signs_in_as_a_program():
    post = factories.system_appointment()
    with pytest.raises(SignedOut):
        mint(post.user_id, post.pk)


def test_a_program_speaks_through_its_own_role_only():
    post, officer = factories.system_appointment(), factories.officer()
    for alias in ("worker", "loader"):
        with speaking_as_system(post.pk, alias):
            assert ask("select access.current_appointment_id()", using=alias) == (post.pk,)
            assert ask("select access.may('pole.nominal.create')", using=alias) == (True,)
        with pytest.raises(SignedOut), speaking_as_system(officer.appointment_id, alias):
            pass
    with refused():
        ask("select access.speak_as_system(%s)", post.pk)


def test_an_agreement_shows_the_records_of_another_organisation():
    officer = factories.officer()
    giver, stranger = factories.organisation("Greyfield"), factories.organisation("Marram")
    mine = factories.organisation()
    factories.agreement(giver, mine)
    factories.agreement(mine, stranger)
    again = identify(officer.token)
    assert set(again.organisations) == {mine.pk, giver.pk}
    with speaking(again):
        found = ask("select access.current_organisations()")[0]
        assert set(found) == {mine.pk, giver.pk}


def test_permissions_are_read_alike_in_python_and_in_the_database():
    officer = factories.officer(
        permissions=["investigation.crime.*", "pole.*.view", "staff_x.user.view", "one.thing.do"]
    )
    with speaking(officer):
        for name, allowed in {
            "investigation.crime.view": True,
            "investigation.crime.move.close": True,
            "investigation.crimes.view": False,
            "investigation.crime": False,
            "pole.nominal.view": True,
            "pole.nominal.views": False,
            "xpole.nominal.view": False,
            "staff_x.user.view": True,
            "staffyx.user.view": False,
            "one.thing.do": True,
            "one.thing.do.": False,
            "%": False,
            "": False,
        }.items():
            assert officer.may(name) is allowed, name
            assert ask("select access.may(%s)", name) == (allowed,), name
    assert ask("select access.may('pole.nominal.view')") == (False,)


def test_an_identity_shows_who_it_is_and_hides_its_token():
    officer = factories.officer(name="Asha Patel", collar_number="4711")
    assert officer.caption == "PC 4711, Response officer, Response Team A"
    assert Officer.objects.get(pk=officer.appointment_id).caption == "PC 4711 Asha Patel"
    assert (officer.unit_name, officer.organisation_name) == (
        "Response Team A", "Thamesmarch Police",
    )  # fmt: skip
    assert officer.token not in repr(officer)


def test_the_running_identity_is_known_within_its_block():
    officer = factories.officer()
    assert current_identity() is None
    with answering(officer):
        assert current_identity() == officer
    assert current_identity() is None


def test_speaking_stands_alone():
    officer = factories.officer()
    with pytest.raises(RuntimeError), transaction.atomic(), speaking(officer):
        pass


def test_a_unit_may_not_stand_below_itself_nor_in_another_organisation():
    top = factories.unit("Area")
    middle = factories.unit("Division", parent=top)
    below = factories.unit("Team", parent=middle)
    other = factories.unit("Team", of=factories.organisation("Greyfield"))
    assert ask("select count(*) from access.unit_and_below(%s)", top.pk) == (3,)
    top.parent = below
    with pytest.raises(DatabaseError):
        top.save()
    other.parent = top
    with pytest.raises(DatabaseError):
        other.save()


@pytest.mark.parametrize(
    "statement",
    [
        "select password from access_user",
        "select * from access_user",
        "select username from access_user",
        "select last_login from access_user",
        "update access_user set is_active = true",
        "insert into access_user (id) values (gen_random_uuid())",
        "select * from access_sessiontoken",
        "update access_sessiontoken set ended_at = null",
        "select * from access_secret",
        "select * from access_cache",
        "select * from django_session",
        "select * from mfa_authenticator",
        "select * from account_emailaddress",
        "update access_appointment set clearance = 3",
        "update access_rolepermission set permission = '*'",
        "insert into access_rolepermission (role_id, permission) values ('detective', '*')",
        "update access_agreement set ends = null",
        "select access.seal('x')",
        "select access.say(null)",
        "select access.session_of('x')",
        "select access.standing(gen_random_uuid())",
        "select access.end_sessions_of(gen_random_uuid())",
        "select access.end_session('x')",
        "select access.speak_as_system(gen_random_uuid())",
        "select access.mint(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),"
        " sha256('x'), '1 hour', '1 hour')",
        "set role peel_owner",
        "set role peel_door",
        "set session authorization peel_owner",
        "create function public.hmac(bytea, bytea, text) returns bytea language sql as 'select $1'",
        "create table access.x (id int)",
        "alter function access.identity() volatile",
    ],
)
def test_the_web_role_may_not(statement):
    officer = factories.officer()
    with pytest.raises(DatabaseError) as caught, speaking(officer):
        connections["default"].cursor().execute(statement)
    assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_temporary_table_or_function_does_not_stand_in_for_ours():
    officer = factories.officer()
    with transaction.atomic():
        with connections["default"].cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute("create temp table access_secret (id int, value bytea)")
                    cursor.execute("insert into access_secret values (1, repeat('x', 32)::bytea)")
            except DatabaseError:
                pytest.skip("the web role may not make temporary tables here")
        ask("select access.speak_for(%s)", officer.token)
        assert ask("select access.current_user_id()") == (officer.user_id,)


def test_the_web_role_reads_the_staff_list():
    officer = factories.officer(name="Asha Patel")
    assert ask(
        "select name, current from access_officer where id = %s", officer.appointment_id
    ) == ("Asha Patel", True)
    assert ask("select id, name, is_active from access_user")[1] == "Asha Patel"


@pytest.mark.parametrize("alias", ["relay", "worker", "loader", "sealer", "door"])
def test_no_role_but_the_owner_reads_the_key(alias):
    with pytest.raises(DatabaseError):
        ask("select * from access_secret", using=alias)


def test_a_token_is_kept_as_its_hash_alone():
    officer = factories.officer()
    row = ask("select t::text from access_sessiontoken t", using="owner")[0]
    assert officer.token not in row
