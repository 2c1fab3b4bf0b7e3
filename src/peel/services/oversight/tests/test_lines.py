"""The list of lines: every filter, paging, errors that name the field, the auditor's own trace."""

import re

import pytest

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.audit import context, ledger
from peel.kernel.base.ids import uuid7
from peel.services.oversight.pages import asking
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def scene():
    """An officer who opened a person's page under a typed reason, and an auditor's client."""
    who = officer("supervisor", name="Asha Patel", collar_number="PAT77")
    nominal = scenes.person(who)
    client = signed_in_client(who)
    client.post("/purpose/", {"kind": "typed reason", "text": "Enquiry 17"})
    client.get(f"/pole/nominal/{nominal.reference}/")
    client.get("/search/?q=okafor")
    return who, nominal, scenes.auditor()[1]


def names(client, query):
    wanted = scenes.listed(client, query)
    found = dict(scenes.rows("select id::text, name from audit_line where id = any(%s::uuid[])",
                             [wanted]))  # fmt: skip
    return [found[each] for each in wanted]


def test_by_the_record_looked_at(scene):
    _, nominal, auditor = scene
    for key in (nominal.reference, nominal.reference.lower().replace("-", " "), nominal.pk,
                "Okafor"):  # fmt: skip
        found = names(auditor, f"?record={key}")
        assert {"pole.nominal.view", "pole.nominal.create", "site.search"} <= set(found), key
    page = scenes.text_of(auditor.get(f"/audit/?record={nominal.reference}"))
    assert f"{nominal.reference} OKAFOR, Daniel" in page
    assert "Page of a nominal" in page
    assert "Enquiry 17" in page


def test_a_name_that_fits_several_asks_which(scene):
    who, nominal, auditor = scene
    second = scenes.person(who, given_names="Amara")
    answer = auditor.get("/audit/?record=okafor")
    assert answer.status_code == 422
    assert scenes.errors_of(answer) == ["Error: “okafor” fits more than one. Choose which below."]
    for each in (nominal, second):
        assert f'value="{each.reference}"' in scenes.html(answer)
    picked = names(auditor, f"?record=okafor&record-pick={second.reference}")
    assert "pole.nominal.create" in picked
    assert "pole.nominal.view" not in picked


def test_by_officer(scene):
    who, _, auditor = scene
    mine = scenes.rows("select count(*) from audit_line where user_id = %s", [who.user_id])[0][0]
    for key in ("PAT77", "pat77", "asha", who.user_id):
        assert len(scenes.listed(auditor, f"?officer={key}")) == mine, key
    answer = auditor.get("/audit/?officer=nobody-here")
    assert answer.status_code == 422
    assert scenes.errors_of(answer) == [
        "Error: Nobody has the number or name “nobody-here”. Check it."
    ]


def test_by_time(scene):
    _, nominal, auditor = scene
    these = f"?record={nominal.reference}"
    for span in ("&since=today", "&since=today&until=today", "&since=last 7 days",
                 "&since=yesterday", "&until=today"):  # fmt: skip
        assert names(auditor, these + span), span
    for span in ("&since=yesterday&until=yesterday", "&since=tomorrow", "&until=1 1 2020"):
        assert names(auditor, these + span) == [], span
    empty = scenes.text_of(auditor.get(these.replace("?", "/audit/?") + "&since=tomorrow"))
    assert "No line of the ledger fits." in empty


def test_by_purpose_act_outcome_and_operation(scene):
    who, nominal, auditor = scene
    these = f"?record={nominal.pk}"
    assert set(names(auditor, f"{these}&purpose=typed reason")) >= {"pole.nominal.view"}
    assert "pole.nominal.create" not in names(auditor, f"{these}&purpose=typed reason")
    assert names(auditor, f"{these}&act=collection") == ["pole.nominal.create"]
    assert names(auditor, f"{these}&outcome=refused") == []
    assert names(auditor, f"{these}&name=site.search") == ["site.search"]
    with context.working(context.Context(purpose=context.Purpose("record", record=nominal.pk))):
        made = ledger.write_apart(
            act=ledger.Act.CONSULTATION, name="test.look", subjects=[uuid7()], token=who.token
        )
    assert scenes.listed(auditor, f"?purpose_record={nominal.reference}") == [str(made)]


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("since=soon", "From", "“soon” is not a day to begin from."),
        ("since=today&until=yesterday", "To", "The last day is before the first one."),
        ("act=piracy", "Act", "“piracy” is not one of the acts shown."),
        ("outcome=x", "Outcome", "“x” is not one of the outcomes shown."),
        ("purpose=x", "Purpose", "“x” is not one of the purposes shown."),
        ("record=nobody-here", "Record looked at", "Nothing that you can see matches"),
        ("purpose_record=zzz", "Record of the purpose", "Nothing that you can see matches"),
        ("name=" + "x" * 300, "Operation", "must be 200 characters or fewer"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field(query, field, words):
    _, auditor = scenes.auditor()
    answer = auditor.get(f"/audit/?{query}")
    assert answer.status_code == 422
    (said,) = scenes.errors_of(answer)
    assert words in said
    assert "There is a problem" in scenes.html(answer)
    assert scenes.rows("select count(*) from audit_line where name = 'audit.read'") == [(0,)]


@pytest.mark.parametrize("query", ["before=x", "before=" + "9" * 32 + "&back=nonsense",
                                   "record=%00", "officer=%00", "name=%00x", "since=%F0%9F%92%A3",
                                   "record=" + "a" * 5000, "before=" + "f" * 32])  # fmt: skip
def test_hostile_questions_end_in_plain_words(query):
    _, auditor = scenes.auditor()
    assert auditor.get(f"/audit/?{query}").status_code in (200, 422)


def test_pages_lead_to_older_and_back_to_newer(monkeypatch):
    monkeypatch.setattr(asking, "PAGE", 3)
    monkeypatch.setattr(asking.page_of, "__defaults__", (3,))
    _, auditor = scenes.auditor()
    made = [
        str(ledger.write_apart(act=ledger.Act.CONSULTATION, name="test.page")) for _ in range(8)
    ]
    seen, query = [], "?name=test.page"
    trail = []
    while query:
        page = auditor.get(f"/audit/{query}")
        seen += scenes.listed(auditor, query)
        trail.append(query)
        onwards = re.search(r'rel="next" href="/audit/(\?[^"]+)"', scenes.html(page))
        query = onwards[1].replace("&amp;", "&") if onwards else ""
    assert seen == sorted(made, reverse=True)
    assert len(trail) == 3
    back = re.search(r'rel="prev" href="/audit/(\?[^"]+)"', scenes.html(page))
    assert scenes.listed(auditor, back[1].replace("&amp;", "&")) == seen[3:6]
    assert "First" in scenes.text_of(page)


def test_the_auditor_leaves_lines_under_his_own_purpose(scene):
    _, nominal, _ = scene
    who, auditor = scenes.auditor()
    auditor.post("/purpose/", {"kind": "typed reason", "text": "Complaint 4/26"})
    auditor.get(f"/audit/?record={nominal.reference}")
    found = scenes.rows(
        "select l.name, l.purpose_kind, t.text, %s = any (l.subjects) from audit_line l"
        " join audit_text t on t.line_id = l.id and t.kind = 'purpose'"
        " where l.user_id = %s and l.name <> 'access.purpose' order by l.id",
        [nominal.pk, who.user_id],
    )
    assert found == [
        ("audit.read", "typed reason", "Complaint 4/26", True),
        ("oversight.lines", "typed reason", "Complaint 4/26", True),
    ]
    # And the next auditor sees the first.
    _, other = scenes.auditor()
    assert {"audit.read", "oversight.lines"} <= set(names(other, f"?officer={who.user_id}"))


def test_no_line_no_page(scene, monkeypatch):
    _, _, auditor = scene

    def broken(**rest):
        raise ledger.LedgerUnavailable("the disk is full")

    monkeypatch.setattr(ledger, "write_apart", broken)
    auditor.raise_request_exception = False
    answer = auditor.get("/audit/")
    assert answer.status_code >= 500
    assert "Asha Patel" not in scenes.html(answer)


def test_midnight_is_londons():
    _, auditor = scenes.auditor()
    page = auditor.get("/audit/?since=1 7 2026&until=1 7 2026")
    assert page.status_code == 200
    detail = scenes.rows("select detail from audit_line where name = 'audit.read'")[0][0]
    assert '"from":"2026-07-01T00:00:00+01:00"' in detail
    assert '"until":"2026-07-02T00:00:00+01:00"' in detail
