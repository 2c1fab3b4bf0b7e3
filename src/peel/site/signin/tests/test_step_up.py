"""Step-up: what asks for a fresh proof, how it is given, and that it cannot be had otherwise."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connections
from django.urls import reverse
from tests.security.stage import do

from peel.kernel.access import step_up
from peel.kernel.access.identity import identify, prove
from peel.kernel.access.models import User
from peel.kernel.access.tests.factories import (
    PASSWORD,
    appointment,
    officer,
    signed_in,
    signed_in_client,
    unproved,
    user,
)
from peel.machine.commands import registry, run
from peel.machine.commands.problems import ProveItIsYou
from peel.services.oversight.tests.scenes import rows
from peel.services.staff.queries import OTHERS

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PEEL_REQUIRE_TOTP = False


@pytest.fixture
def supervisor():
    """A supervisor with a password, whose last proof is an hour old."""
    post = appointment(user(PASSWORD), "supervisor", clearance=3)
    return unproved(signed_in(post))


@pytest.fixture
def nominal(supervisor):
    return do(supervisor, "pole.nominal.create", family_name="Okafor", given_names="Daniel")


def test_each_entry_has_a_reason_and_fits_a_permission_that_there_is():
    there = {one.permission for one in registry.commands.values()} | set(OTHERS)
    there |= {"access.token.create", "staff.token.manage"}
    for pattern, why in step_up.sensitive().items():
        assert len(why) > 20, pattern
    for name in ("pole.nominal.restrict", "records.restrict.manage", "staff.user.appoint",
                 "staff.delegation.lend", "oversight.audit.export"):  # fmt: skip
        assert name in there, name
        assert step_up.needs_proof(name)
    for name in ("pole.nominal.edit", "investigation.crime.create", "staff.user.view"):
        assert not step_up.needs_proof(name)


def test_a_proof_is_fresh_for_fifteen_minutes():
    identity = officer("supervisor")
    now = datetime.now(UTC)
    assert step_up.fresh(identity)
    with time_machine.travel(now + timedelta(minutes=14), tick=False):
        assert step_up.fresh(identity)
    with time_machine.travel(now + timedelta(minutes=15, seconds=1), tick=False):
        assert not step_up.fresh(identity)


def test_a_sensitive_command_is_refused_with_a_line_and_others_are_not(supervisor, nominal):
    with pytest.raises(ProveItIsYou):
        run(registry.commands["pole.nominal.restrict"], supervisor,
            {"record_id": nominal.pk, "version": 1, "reason": "x", "admitted": []},
            subject=nominal.pk)  # fmt: skip
    (line,) = rows(
        "select outcome, subjects, user_id from audit_line where name = 'pole.nominal.restrict'"
    )
    assert line == ("refused", [nominal.pk], supervisor.user_id)
    do(supervisor, "pole.nominal.edit", record_id=nominal.pk, version=1, description="Tall")


def test_the_web_role_cannot_make_itself_proved(supervisor):
    for statement in (
        "update access_sessiontoken set proved_at = now()",
        f"select access.prove('{supervisor.token}')",
    ):
        with pytest.raises(DatabaseError):
            connections["default"].cursor().execute(statement)
    assert not step_up.fresh(identify(supervisor.token))
    assert not prove("x" * 43)
    assert prove(supervisor.token)
    assert step_up.fresh(identify(supervisor.token))


def typed(nominal):
    return {
        "version": "1", "reason": "An informant’s safety & <b>more</b>", "keep_me": "on",
        "csrfmiddlewaretoken": "x", "password": "never kept",
    }  # fmt: skip


def test_what_was_typed_comes_back_after_the_proof_and_is_done(supervisor, nominal):
    client = signed_in_client(supervisor)
    where = f"/pole/nominal/{nominal.reference}/restrict/"
    asked = client.post(where, typed(nominal))
    assert asked.status_code == 302
    assert asked["Location"] == f"/confirm/?next={where.replace('/', '%2F')}"
    kept = client.session[step_up.STASH]
    assert "informant" not in str(kept)
    before = client.session.session_key
    wrong = client.post(asked["Location"], {"password": "wrong", "next": where})
    assert wrong.status_code == 422
    page = client.post(asked["Location"], {"password": PASSWORD, "next": where})
    assert client.session.session_key != before
    text = page.content.decode()
    assert "&amp; &lt;b&gt;more&lt;/b&gt;" in text
    assert "never kept" not in text
    assert f'action="{where}"' in text
    fields = dict(
        re.findall(r'<input type="hidden" name="(version|keep_me)" value="([^"]*)"', text)
    )
    done = client.post(where, fields | {"reason": "An informant"})
    assert done.status_code == 302, done.content.decode()
    assert rows("select outcome from audit_line where name = 'access.proof'") == [("done",)]
    assert step_up.STASH not in client.session


def test_what_was_typed_is_given_once_for_its_own_address_and_for_minutes(supervisor, nominal):
    client = signed_in_client(supervisor)
    where = f"/pole/nominal/{nominal.reference}/restrict/"
    client.post(where, typed(nominal))
    other = client.post("/confirm/", {"password": PASSWORD, "next": "/pole/nominal/"})
    assert other["Location"] == "/pole/nominal/"
    again = signed_in_client(unproved(identify(supervisor.token)))
    again.post(where, typed(nominal))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        late = again.post("/confirm/", {"password": PASSWORD, "next": where})
    assert late["Location"] == where


def test_the_proof_leads_to_this_site_alone_and_tries_are_counted(supervisor):
    client = signed_in_client(supervisor)
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = client.post("/confirm/", {"password": PASSWORD, "next": evil})
        assert answer["Location"] == "/"
    holder = User.objects.get(pk=supervisor.user_id)
    statuses = {client.post("/confirm/", {"password": "wrong"}).status_code for _ in range(6)}
    assert statuses == {422}
    locked = client.post("/confirm/", {"password": PASSWORD})
    assert locked.status_code == 422
    assert "too many" in locked.content.decode().lower()
    assert holder.check_password(PASSWORD)


def test_a_part_of_a_page_and_a_program_are_told_in_their_own_way(supervisor, nominal):
    client = signed_in_client(supervisor)
    where = f"/pole/nominal/{nominal.reference}/restrict/"
    part = client.post(where, typed(nominal), headers={"HX-Request": "true"})
    assert part.status_code == 403
    assert part["HX-Redirect"].startswith("/confirm/?next=")
    told = client.post(
        f"/api/pole/nominal/{nominal.reference}/restrict",
        {"version": 1, "reason": "x", "admitted": ""}, content_type="application/json",
    )  # fmt: skip
    assert told.status_code == 403, told.content
    assert told["Content-Type"] == "application/problem+json"
    assert "Confirm that it is you" in told.json()["title"]


def test_changes_of_staff_ask_too(settings):
    admin = unproved(officer("administrator"))
    client = signed_in_client(admin)
    victim = officer()
    where = reverse("staff-user-command", args=[victim.user_id, "deactivate"])
    assert client.post(where)["Location"].startswith("/confirm/?next=")
    assert identify(victim.token) is not None
