"""API tokens: how they look, what bounds them, who makes and ends them, and how they stop."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.access import tokens
from peel.kernel.access.identity import Identity, SignedOut, speaking
from peel.kernel.access.models import ApiToken
from peel.kernel.access.pace import Pace, count_call
from peel.kernel.access.tests.factories import (
    end_appointment,
    officer,
    system_appointment,
)

WIDE = ["access.token.create", "pole.*", "investigation.crime.view"]


def minted(who: Identity, *scopes: str, **kw) -> tuple[str, Identity]:
    with speaking(who, using="door"):
        token_id, token = tokens.mint(
            kw.pop("appointment_id", who.appointment_id), name="Nightly", purpose="Weekly figures",
            scopes=scopes or ["pole.nominal.view"], **kw,
        )  # fmt: skip
    found = tokens.identify(token, "10.0.0.9")
    assert isinstance(found, Identity)
    assert found.api_token == token_id
    return token, found


def refused(token: str) -> str:
    found = tokens.identify(token, None)
    assert isinstance(found, tokens.Refusal)
    return found.reason


def test_a_token_has_a_form_that_scanners_find_and_a_checksum():
    token = tokens.draw()
    assert tokens.FORM.fullmatch(token)
    assert tokens.well_formed(token)
    slip = token[:9] + ("A" if token[9] != "A" else "B") + token[10:]
    assert not tokens.well_formed(slip)


@given(st.text(max_size=60))
def test_no_other_text_is_taken_for_one(text):
    assert not tokens.well_formed(text)


def test_a_token_may_what_both_its_scopes_and_the_role_allow(database):
    who = officer(permissions=WIDE)
    _, by = minted(who, "pole.*.view")
    assert by.may("pole.nominal.view")
    assert not by.may("pole.nominal.edit")
    assert not by.may("investigation.crime.view")
    with speaking(by), connections["default"].cursor() as cursor:
        asked = "select access.may('pole.nominal.view'), access.may('pole.nominal.edit')"
        cursor.execute(asked)
        assert cursor.fetchone() == (True, False)
    with speaking(who), connections["default"].cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (True, True)


def test_a_role_that_shrinks_takes_from_its_tokens_at_once(database):
    who = officer(permissions=WIDE)
    token, _ = minted(who, "pole.*")
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "delete from access_rolepermission where role_id = %s and permission = 'pole.*'",
            [who.role],
        )
    assert not tokens.identify(token, None).may("pole.nominal.view")


@pytest.mark.parametrize("scope", ["*", "pole*", "investigation.crime.*", "p%"])
def test_no_token_is_wider_than_its_role(database, scope):
    who = officer(permissions=WIDE)
    with pytest.raises(DatabaseError):
        minted(who, "pole.nominal.view", scope)


@pytest.mark.parametrize("lifetime", [timedelta(days=400), timedelta(0), timedelta(days=-1)])
def test_no_token_lasts_longer_than_a_year(database, lifetime):
    with pytest.raises(DatabaseError):
        minted(officer(permissions=WIDE), lifetime=lifetime)


def test_a_token_makes_no_token_and_nobody_makes_one_for_another(database):
    who, other = officer(permissions=WIDE), officer(permissions=WIDE)
    _, by = minted(who, "access.token.create")
    with pytest.raises(DatabaseError):
        minted(by)
    with pytest.raises(DatabaseError):
        minted(who, appointment_id=other.appointment_id)
    with pytest.raises(DatabaseError):
        minted(officer(permissions=["pole.*"]))


def test_the_web_role_can_make_no_token_and_read_no_hash(database):
    who = officer(permissions=WIDE)
    minted(who)
    with pytest.raises(DatabaseError), speaking(who):
        tokens.mint(who.appointment_id, name="x", scopes=["pole.*"], purpose="x", using="default")
    with pytest.raises(DatabaseError), speaking(who):
        list(ApiToken.objects.values_list("token_hash"))


def test_an_administrator_makes_tokens_for_programs_of_his_organisation_alone(database):
    program = system_appointment("loader")
    admin = officer(permissions=["staff.token.manage"])
    token, by = minted(admin, "pole.nominal.view", appointment_id=program.pk)
    assert by.appointment_id == program.pk
    with pytest.raises(DatabaseError):
        minted(admin, appointment_id=admin.appointment_id)
    with speaking(admin):
        assert [t.name for t in ApiToken.objects.defer("token_hash")] == ["Nightly"]
    with speaking(admin, using="door"):
        tokens.end(by.api_token)
    assert refused(token) == "ended"


def test_a_token_ends_is_replaced_expires_and_goes_with_the_appointment(database):
    who = officer(permissions=WIDE)
    old, by = minted(who)
    minted(who, follows=by.api_token)
    with speaking(who, using="door"):
        tokens.end(by.api_token)
    assert refused(old) == "replaced"
    short, brief = minted(who)
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "update access_apitoken set created = created - interval '1 year',"
            " expires = clock_timestamp() where id = %s",
            [brief.api_token],
        )
    assert refused(short) == "expired"
    last, by = minted(who)
    end_appointment(who)
    assert refused(last) == "appointment"
    with pytest.raises(SignedOut), speaking(by):
        pass
    assert refused(tokens.draw()) == "unknown"


def test_nobody_sees_or_ends_the_tokens_of_another(database):
    who, other = officer(permissions=WIDE), officer(permissions=WIDE)
    _, by = minted(who)
    with speaking(other):
        assert not ApiToken.objects.defer("token_hash").exists()
    with pytest.raises(DatabaseError), speaking(other, using="door"):
        tokens.end(by.api_token)


def test_the_last_use_is_kept(database):
    who = officer(permissions=WIDE)
    minted(who)
    with speaking(who):
        kept = ApiToken.objects.defer("token_hash").get()
    assert kept.last_used is not None
    assert kept.last_address == "10.0.0.9"


def test_calls_are_counted_by_pace(database):
    pace = Pace("read", 60, 3)
    counts = [count_call("k", pace) for _ in range(4)]
    assert [c.allowed for c in counts] == [True, True, True, False]
    assert [c.remaining for c in counts] == [2, 1, 0, 0]
    assert 0 < counts[-1].wait <= 1
    assert count_call("another", pace).allowed
