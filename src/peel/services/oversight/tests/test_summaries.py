"""Who looked at a record, what an officer looked at, the panel, and the state of the ledger."""

import pytest
from django.db import connections

from peel.kernel.access.tests.factories import end_appointment, officer, signed_in_client
from peel.kernel.audit import heads, ledger
from peel.kernel.audit.sealer import main as seal
from peel.services.oversight import words
from peel.services.oversight.pages.state import copies
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _own_heads(settings, tmp_path):
    settings.PEEL_AUDIT_KEY = tmp_path / "keys" / "audit.pem"
    settings.PEEL_AUDIT_HEADS = tmp_path / "outside" / "heads.jsonl"


@pytest.fixture
def scene():
    who = officer("supervisor", name="Asha Patel")
    other = officer("response officer", name="Tom Birch")
    nominal = scenes.person(who)
    scenes.opened(who, nominal)
    scenes.opened(other, nominal)
    scenes.opened(other, nominal)
    return who, other, nominal


def test_who_looked_at_this_record(scene):
    nominal = scene[2]
    _, auditor = scenes.auditor()
    page = scenes.text_of(auditor.get(f"/audit/records/{nominal.pk}/"))
    for said in (f"{nominal.reference} OKAFOR, Daniel", "Asha Patel", "Tom Birch",
                 "Page of a nominal ×2", "Record a nominal", "Own caseload"):  # fmt: skip
        assert said in page, said
    assert f"?record={nominal.reference}" in scenes.html(
        auditor.get(f"/audit/records/{nominal.pk}/")
    )


def test_what_this_officer_looked_at(scene):
    _, other, nominal = scene
    end_appointment(other)
    _, auditor = scenes.auditor()
    page = scenes.text_of(auditor.get(f"/audit/officers/{other.user_id}/"))
    for said in ("Tom Birch", "Response officer", nominal.reference, "Page of a nominal ×2"):
        assert said in page, said
    assert "Asha Patel" not in page


def test_nothing_yet_is_said(scene):
    _, auditor = scenes.auditor()
    idle = officer("analyst")
    page = scenes.text_of(auditor.get(f"/audit/officers/{idle.user_id}/"))
    assert "No line of this officer names a record." in page


def test_the_panel_stands_on_record_pages_for_those_who_audit(scene):
    who, _, nominal = scene
    where = f"/pole/nominal/{nominal.reference}/"
    keeper = officer("data office")
    page = scenes.html(signed_in_client(keeper).get(where))
    for said in ("Who looked at this record", f"/audit/records/{nominal.pk}/", "Tom Birch"):
        assert said in page, said
    assert "Who looked at this record" not in scenes.html(signed_in_client(who).get(where))
    assert scenes.rows(
        "select subjects from audit_line where name = 'audit.read' and user_id = %s",
        [keeper.user_id],
    ) == [([nominal.pk],)]


def test_the_state_before_and_after_a_seal(scene, settings):
    _, auditor = scenes.auditor()
    before = scenes.text_of(auditor.get("/audit/ledger/"))
    assert "Nothing has been sealed yet" in before
    assert "Lines are waiting for the sealer" in before
    seal(["--once"])
    after = scenes.text_of(auditor.get("/audit/ledger/"))
    for said in ("Head 0", "Age", "Root of the tree", "Agrees at head 0",
                 "Printed by ./peel audit verify"):  # fmt: skip
        assert said in after, said
    assert "Lines are waiting for the sealer" not in after


def test_a_copy_that_differs_or_cannot_be_read_is_told(scene, settings, tmp_path):
    seal(["--once"])
    _, auditor = scenes.auditor()
    path = heads.outside_paths()[0]
    path.write_text(path.read_text().replace('"tree_size":', '"tree_size":1'))
    assert "DIFFERS from the database" in scenes.text_of(auditor.get("/audit/ledger/"))
    settings.PEEL_AUDIT_HEADS = tmp_path
    connections["default"].close()
    assert copies(None)[0].said == "Cannot be read from here"


def test_every_operation_has_plain_words():
    assert words.operation("pole.nominal.create") == "Record a nominal"
    assert words.operation("investigation.crime.list") == "List of crimes"
    assert words.operation("investigation.incident.view") == "Page of an incident"
    assert words.operation("never.heard.of") == "never.heard.of"
    assert words.operation("never.heard.list") == "never.heard.list"
    assert {words.act(act) for act in ledger.Act} == set(words.ACTS.values())
    assert (words.act("x"), words.outcome("x"), words.colour("x")) == ("x", "x", "grey")
    assert words.detail("[1]") == [("Particulars", "[1]")]
    assert words.detail("{broken") == [("Particulars", "{broken")]
    assert [words.age(n) for n in (0.2, 1, 61, 7200, 200_000)] == [
        "just now", "1 second ago", "1 minute ago", "2 hours ago", "2 days ago",
    ]  # fmt: skip
