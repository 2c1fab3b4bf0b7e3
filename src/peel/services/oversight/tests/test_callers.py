"""Every page of the auditor's against four callers: nobody, an officer, half an auditor, one."""

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.base.ids import uuid7
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.usefixtures("database")
KEY = "01a1fd04-2f04-749c-a3ee-57a340abbdd7"
PAGES = (
    "/audit/", "/audit/ledger/", "/audit/export/csv/", "/audit/export/json/",
    f"/audit/lines/{KEY}/", f"/audit/lines/{KEY}/proof/", f"/audit/records/{KEY}/",
    f"/audit/officers/{KEY}/",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_sent_to_sign_in(page):
    answer = Client().get(page)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("role", ["response officer", "supervisor", "administrator"])
def test_an_officer_is_refused_and_the_refusal_is_a_line(role):
    who = officer(role)
    client = signed_in_client(who)
    for page in PAGES:
        assert client.get(page).status_code == 403, page
    found = scenes.rows(
        "select count(*) from audit_line where user_id = %s and outcome = 'refused'"
        " and act = 'consultation' and starts_with(name, 'oversight.')",
        [who.user_id],
    )
    assert found == [(len(PAGES),)]
    assert scenes.rows("select count(*) from audit_line where name = 'audit.read'") == [(0,)]


def test_who_may_read_but_not_export_reads_only():
    client = signed_in_client(officer("data office"))
    assert client.get("/audit/").status_code == 200
    assert "Export these lines" not in scenes.html(client.get("/audit/"))
    assert client.get("/audit/export/csv/").status_code == 403


def test_who_may_export_but_not_read_does_neither():
    client = signed_in_client(officer(permissions=("oversight.audit.export",)))
    assert client.get("/audit/export/csv/").status_code == 403


def test_an_auditor_gets_pages_and_plain_words_for_what_is_not_there():
    _, client = scenes.auditor()
    for page in ("/audit/", "/audit/ledger/", f"/audit/records/{KEY}/"):
        assert client.get(page).status_code == 200, page
    for page in (f"/audit/lines/{KEY}/", f"/audit/lines/{KEY}/proof/", f"/audit/officers/{KEY}/",
                 "/audit/export/xml/"):  # fmt: skip
        assert client.get(page).status_code == 404, page
    assert client.post("/audit/").status_code in (403, 405)
    assert client.head("/audit/export/csv/").status_code == 405


FUNCTIONS = (
    "oversight.seal_of(gen_random_uuid())", "oversight.looks_at(gen_random_uuid(), 5)",
    "oversight.newest_head()", "oversight.head_hash(1)", "oversight.lanes()",
    "oversight.proved_line(gen_random_uuid(), gen_random_uuid())", "oversight.leaves(0, 5)",
    "oversight.node(8, 0)",
)  # fmt: skip


def asked(token, sql, values=()):
    """What the web role gets when it speaks for `token`, by raw SQL."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        if token:
            cursor.execute("select access.speak_for(%s)", [token])
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_database_refuses_whoever_is_no_auditor(function):
    who = officer("supervisor")
    for token in (None, who.token):
        with pytest.raises(DatabaseError, match="only an auditor"):
            asked(token, f"select * from {function}")


def test_no_proof_without_a_line_of_its_own():
    who, _ = scenes.auditor()
    with pytest.raises(DatabaseError, match="no line of its own"):
        asked(who.token, "select * from oversight.proved_line(%s, %s)", [uuid7(), uuid7()])
