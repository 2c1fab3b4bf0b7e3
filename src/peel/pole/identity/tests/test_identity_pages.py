"""The pages and the operation on identity: redirect, comparison, preview, as at a date."""

import html

import pytest
from django.urls import reverse
from tests.security.stage import restrict

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.pole.identity.tests.test_judging import judge, members, nominals


@pytest.fixture
def who(database):
    return officer(role="supervisor", clearance=3)


def address(record, page="page"):
    args = [record.reference] if page in ("page", "identity") else [record.reference, page]
    name = page if page in ("page", "identity") else "command"
    return reverse(f"pole-nominal-{name}", args=args)


def text(answer):
    return html.unescape(answer.content.decode())


def test_a_merge_is_previewed_shown_and_undone(who):
    client = signed_in_client(who)
    a, b, c = nominals(who, "Okafor", "Okafar", "Oakford", date_of_birth=None)
    judge(who, b, c)
    asked = {"version": "1", "other": b.reference, "verdict": "same", "reason": "The same scar"}
    first = client.post(address(a, "judge"), asked | {"seen": ""})
    assert first.status_code == 422
    for record in (a, b, c):
        assert f"{record.reference} {record.title}" in text(first)
    assert "Check this, then save again" in text(first)
    seen = " ".join(record.reference for record in (a, b, c))
    assert f'value="{seen}"' in text(first)
    assert members(who, a) == (a.pk,)
    assert client.post(address(a, "judge"), asked | {"seen": seen}).status_code == 302
    moved = client.get(address(c))
    assert (moved.status_code, moved["Location"]) == (302, address(a))
    page = text(client.get(moved["Location"]))
    assert f"{c.reference} is the same person as {a.reference}, which is shown here" in page
    assert "The same person as" in page
    source = client.get(address(c), {"source": "1"})
    assert source.status_code == 200
    assert "This is the source record" in text(source)
    beside = text(client.get(address(a, "identity"), {"other": c.reference}))
    assert "The two are shown as one person" in beside
    assert "Okafor" in beside
    assert "Differ" in beside
    before = text(client.get(address(a, "identity"), {"at": "3 March 2020"}))
    assert "Nothing was judged" in before
    assert client.get(address(a, "identity"), {"at": "pancake"}).status_code == 422
    assert "Split off" not in before
    told = client.get(f"/api/pole/nominal/{c.reference}/identity").json()
    assert told["canonical"]["reference"] == a.reference
    assert told["reference"] == c.reference
    assert [each["reference"] for each in told["same_as"]] == [a.reference, b.reference]
    assert len(told["judgements"]) == 2
    assert client.post(address(c, "split"), {"version": "1", "reason": "No"}).status_code == 302
    assert client.get(address(c)).status_code == 200


def test_who_may_not_see_a_member_is_led_nowhere_and_told_nothing(who):
    a, b, c = nominals(who, "Hidden", "Abel", "Cain")
    judge(who, a, b)
    judge(who, b, c)
    restrict(who, a)
    other = signed_in_client(officer(role="supervisor", clearance=3))
    page = other.get(address(b))
    assert page.status_code == 200
    assert a.reference not in text(page)
    moved = other.get(address(c))
    assert moved["Location"] == address(b)
    told = other.get(f"/api/pole/nominal/{b.reference}/identity").json()
    assert [each["reference"] for each in told["same_as"]] == [c.reference]
    assert len(told["judgements"]) == 1
    for query in ({}, {"other": c.reference}, {"at": "2027"}):
        assert a.reference not in text(other.get(address(b, "identity"), query))
    assert other.get(address(b, "identity"), {"other": a.reference}).status_code == 422
    assert other.get(address(a, "identity")).status_code == 404
    plain = signed_in_client(officer(permissions=["pole.nominal.view"], clearance=3))
    assert plain.get(address(b, "identity")).status_code == 403
    assert "Same or not" not in text(plain.get(address(b)))
