"""The export: whole, in chunks that are accounted for before they leave, and harmless."""

import csv
import hashlib
import io
import json

import pytest

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.audit import context, ledger
from peel.services.oversight import writing
from peel.services.oversight.pages import export
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.usefixtures("database")


def accounted(who):
    return [
        (outcome, json.loads(detail), len(subjects))
        for outcome, detail, subjects in scenes.rows(
            "select outcome, detail, subjects from audit_line where name = 'oversight.export'"
            " and act = 'disclosure' and user_id = %s order by id",
            [who.user_id],
        )
    ]


def fill(count):
    return [
        str(ledger.write_apart(act=ledger.Act.CONSULTATION, name="test.fill")) for _ in range(count)
    ]


def test_the_whole_of_what_fits_leaves_in_chunks(monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 4)
    made = fill(10)
    who, auditor = scenes.auditor()
    answer = auditor.get("/audit/export/csv/?name=test.fill")
    body, _ = scenes.taken(answer)
    found = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["id"] for row in found] == sorted(made, reverse=True)
    lines = accounted(who)
    assert [(o, d["chunk"], d["lines"]) for o, d, _ in lines] == [
        ("done", 1, 4), ("done", 2, 8), ("done", 3, 10), ("done", 3, 10),
    ]  # fmt: skip
    assert lines[-1][1]["closing"] is True
    assert lines[-1][1]["sha256"] == hashlib.sha256(body).hexdigest()
    assert answer["Content-Disposition"].startswith('attachment; filename="ledger-')


def test_each_chunk_has_its_line_before_it_leaves(monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 2)
    fill(3)
    who, auditor = scenes.auditor()
    answer = auditor.get("/audit/export/json/?name=test.fill")
    assert accounted(who) == []
    body, seen = scenes.taken(answer, lambda: len(accounted(who)))
    # The head, two chunks, and the tail, before which the closing line stands.
    assert seen == [0, 1, 2, 3]
    whole = json.loads(body)
    assert len(whole["lines"]) == 3
    assert whole["filters"] == ["Operation: test.fill"]


def test_an_empty_export_is_a_file_and_is_accounted_for():
    who, auditor = scenes.auditor()
    assert (
        json.loads(scenes.taken(auditor.get("/audit/export/json/?name=test.none"))[0])["lines"]
        == []
    )
    assert [(d["chunk"], d["closing"]) for _, d, _ in accounted(who)] == [(0, True)]


def test_a_filter_that_is_wrong_is_named_and_nothing_leaves():
    who, auditor = scenes.auditor()
    answer = auditor.get("/audit/export/csv/?since=soon")
    assert answer.status_code == 422
    assert "“soon” is not a day to begin from" in scenes.text_of(answer)
    assert accounted(who) == []


def test_records_are_disclosed_by_name_to_the_ledger_and_by_reference_in_the_file():
    officer_ = officer("supervisor")
    nominal = scenes.person(officer_)
    who, auditor = scenes.auditor()
    answer = auditor.get("/audit/export/json/?name=pole.nominal.create")
    (row,) = json.loads(scenes.taken(answer)[0])["lines"]
    assert (row["records"], row["references"], row["versions"]) == (
        [str(nominal.pk)], [nominal.reference], [1],
    )  # fmt: skip
    assert [n for _, _, n in accounted(who)] == [1, 0]
    assert row["at_utc"].endswith("+00:00")


def test_no_line_no_chunk(monkeypatch):
    fill(3)
    _, auditor = scenes.auditor()
    answer = auditor.get("/audit/export/csv/?name=test.fill")

    def broken(**rest):
        raise ledger.LedgerUnavailable("the disk is full")

    monkeypatch.setattr(ledger, "write_apart", broken)
    with pytest.raises(ledger.LedgerUnavailable):
        scenes.taken(answer)


def test_a_failure_on_the_way_leaves_a_closing_line_that_says_so(monkeypatch):
    fill(3)
    who, auditor = scenes.auditor()
    answer = auditor.get("/audit/export/csv/?name=test.fill")

    def broken(*rest):
        raise OSError("cannot be written")

    monkeypatch.setattr(writing, "row_of", broken)
    with pytest.raises(OSError, match="cannot be written"):
        scenes.taken(answer)
    assert [(o, d["closing"]) for o, d, _ in accounted(who)] == [("failed", True)]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_formulas_are_defused(cell):
    assert writing.defused(cell) == "'" + cell
    assert writing.defused("plain") == "plain"


def test_a_hostile_reason_is_defused_in_the_file():
    who = officer("supervisor")
    client = signed_in_client(who)
    client.post("/purpose/", {"kind": "typed reason", "text": '=HYPERLINK("http://x","y")'})
    _, auditor = scenes.auditor()
    body = scenes.taken(auditor.get(f"/audit/export/csv/?officer={who.user_id}"))[0]
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert {row["purpose"] for row in rows} == {'\'=HYPERLINK("http://x","y")'}


def test_the_purpose_of_the_export_is_the_auditors():
    who, auditor = scenes.auditor()
    auditor.post("/purpose/", {"kind": context.TYPED_REASON, "text": "Court order 9"})
    scenes.taken(auditor.get("/audit/export/csv/?name=test.none"))[0]
    assert scenes.rows(
        "select distinct t.text from audit_line l join audit_text t on t.line_id = l.id"
        " where l.name = 'oversight.export' and l.act = 'disclosure' and l.user_id = %s",
        [who.user_id],
    ) == [("Court order 9",)]
