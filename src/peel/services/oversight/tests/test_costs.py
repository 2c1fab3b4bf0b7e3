"""A page of lines or of staff asks the same number of questions however much it shows."""

from contextlib import ExitStack

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from peel.kernel.access.tests.factories import officer, signed_in_client, user
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.usefixtures("database")


def asked(client, page):
    """How many queries a page takes, on all connections."""
    with ExitStack() as stack:
        counts = [
            stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in ("default", "audit", "door")
        ]
        assert client.get(page).status_code == 200
        return sum(len(count) for count in counts)


def test_lines_and_summaries_cost_the_same_however_many():
    who = officer("supervisor")
    first = scenes.person(who)
    _, auditor = scenes.auditor()
    pages = ("/audit/", f"/audit/?record={first.reference}", f"/audit/records/{first.pk}/",
             f"/audit/officers/{who.user_id}/")  # fmt: skip
    for page in pages:
        auditor.get(page)
    few = [asked(auditor, page) for page in pages]
    for number in range(8):
        other = officer("supervisor")
        scenes.opened(other, first)
        scenes.opened(who, scenes.person(who, given_names=f"Number {number}"))
    assert [asked(auditor, page) for page in pages] == few
    assert max(few) < 30


def test_the_staff_list_costs_the_same_however_many():
    client = signed_in_client(officer("administrator"))
    client.get("/staff/")
    few = asked(client, "/staff/")
    for _ in range(5):
        user(None)
        officer("detective")
    assert asked(client, "/staff/") == few
