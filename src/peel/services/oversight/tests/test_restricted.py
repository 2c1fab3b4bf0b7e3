"""A restricted record does not betray itself to an auditor who is not admitted."""

import pytest

from peel.kernel.access.tests.factories import officer
from peel.kernel.base import references
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def scene():
    who = officer("supervisor", clearance=3)
    nominal = scenes.restricted_person(who, family_name="Quillfeather")
    scenes.opened(who, nominal)
    return who, nominal


def betrayed(nominal, *texts):
    return [
        word
        for word in (nominal.reference, "QUILLFEATHER", "Quillfeather")
        for text in texts
        if word in text
    ]


def test_titles_are_hidden_wherever_a_line_names_it(scene):
    who, nominal = scene
    _, auditor = scenes.auditor(clearance=3)
    (line, *_) = scenes.listed(auditor, f"?record={nominal.pk}")
    pages = [
        scenes.html(auditor.get(page))
        for page in ("/audit/", f"/audit/?record={nominal.pk}", f"/audit/lines/{line}/",
                     f"/audit/records/{nominal.pk}/", f"/audit/officers/{who.user_id}/")
    ]  # fmt: skip
    assert betrayed(nominal, *pages) == []
    assert all(str(nominal.pk) in page for page in pages)
    assert "You cannot see what this is" in pages[3]
    for form in ("csv", "json"):
        answer = auditor.get(f"/audit/export/{form}/?record={nominal.pk}")
        body = scenes.taken(answer)[0].decode()
        assert str(nominal.pk) in body
        assert betrayed(nominal, body) == []


def test_a_reference_answers_like_one_that_does_not_exist(scene):
    _, nominal = scene
    _, auditor = scenes.auditor(clearance=3)
    hidden = auditor.get(f"/audit/?record={nominal.reference}")
    nobodys = references.draw("NM")
    absent = auditor.get(f"/audit/?record={nobodys}")
    assert hidden.status_code == absent.status_code == 422
    plain = scenes.errors_of(hidden)[0].replace(nominal.reference, nobodys)
    assert [plain] == scenes.errors_of(absent)
    assert scenes.errors_of(auditor.get("/audit/?record=quillfeather")) == [
        "Error: Nothing that you can see matches “quillfeather”. Check it, or give the id that a"
        " line of the ledger shows."
    ]


def test_what_is_above_the_clearance_is_hidden_too():
    who = officer("supervisor", clearance=3)
    nominal = scenes.person(who, family_name="Quillfeather", marking=3)
    _, low = scenes.auditor(clearance=2)
    _, high = scenes.auditor(clearance=3)
    assert betrayed(nominal, scenes.html(low.get(f"/audit/?record={nominal.pk}"))) == []
    assert betrayed(nominal, scenes.html(high.get(f"/audit/?record={nominal.pk}")))


def test_titles_that_are_shown_are_looks_at_the_records():
    who = officer("supervisor")
    nominal = scenes.person(who)
    me, auditor = scenes.auditor()
    auditor.get("/audit/")
    found = scenes.rows(
        "select subjects from audit_line where name = 'oversight.lines' and user_id = %s",
        [me.user_id],
    )
    assert found == [([nominal.pk],)]
