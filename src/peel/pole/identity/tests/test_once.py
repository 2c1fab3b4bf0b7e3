"""Several source records of one person in lists and look-ups: marked, or each person once."""

import html
import re

import pytest
from django.urls import reverse
from tests.security.stage import restrict

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.pole.identity.tests.test_judging import judge, nominals

LIST = reverse("pole-nominal-list")


@pytest.fixture
def who(database):
    return officer(role="supervisor", clearance=3)


def listed(client, **query):
    """The references of a list in order, over all of its pages, and its page in words."""
    text = ""
    found = []
    where = LIST
    while where:
        text = html.unescape(client.get(where, query).content.decode())
        found += re.findall(r'name="row" value="(NM[^"]+)"', text)
        following = re.search(r'rel="next" href="([^"]*)"', text)
        where, query = (LIST + following[1], {}) if following else ("", {})
    return found, text


def test_each_is_marked_and_each_person_may_be_shown_once(who):
    a, b, c, alone = nominals(who, "Okafor", "Okafar", "Oakford", "Vane")
    judge(who, a, b)
    judge(who, b, c)
    client = signed_in_client(who)
    every, page = listed(client)
    assert set(every) == {each.reference for each in (a, b, c, alone)}
    assert "4 nominals" in page
    assert page.count(f"Same person as {a.reference}") == 2
    assert page.count("+ 2 further records") == 1
    hints = client.get(
        reverse("pole-nominal-suggest"), {"for": "pole.link.create", "field": "other", "q": "oka"}
    ).json()["found"]
    assert {hint["key"]: hint["hint"].partition(",")[0] for hint in hints} == {
        a.reference: "+ 2 FURTHER RECORDS", b.reference: f"SAME PERSON AS {a.reference}",
    }  # fmt: skip
    once, page = listed(client, each="once")
    assert set(once) == {a.reference, alone.reference}
    assert "2 nominals" in page
    assert "Each once: source records" in page
    assert "each=once" in listed(client, sort="family_name")[1]
    told = client.get("/api/pole/nominal/", {"each": "once", "limit": "1"}).json()
    assert (told["total"], len(told["items"]), bool(told["next"])) == (2, 1, True)
    rest = client.get("/api/pole/nominal/", {"each": "once", "at": told["next"]}).json()
    assert {told["items"][0]["reference"], rest["items"][0]["reference"]} == set(once)
    assert client.get(LIST, {"each": "twice"}).status_code == 422
    assert "each=once" not in client.get(reverse("charts-chart-list")).content.decode()


def test_a_hidden_record_is_in_no_number_and_leads_nobody(who):
    a, b, c = nominals(who, "Hidden", "Abel", "Cain")
    judge(who, a, b)
    judge(who, b, c)
    restrict(who, a)
    mine = listed(signed_in_client(who), each="once")
    assert mine[0] == [a.reference]
    assert "+ 2 further records" in mine[1]
    for reader in (officer(role="supervisor", clearance=3), officer(role="response officer")):
        client = signed_in_client(reader)
        found, page = listed(client, each="once")
        assert found == [b.reference]
        assert "+ 1 further record" in page
        assert "1 nominal" in page
        every, page = listed(client)
        assert set(every) == {b.reference, c.reference}
        assert f"Same person as {b.reference}" in page
        assert a.reference not in page
    # A member in the middle that is hidden joins nothing.
    d, e, f = nominals(who, "Dan", "Hidden", "Fay")
    judge(who, d, e)
    judge(who, e, f)
    restrict(who, e)
    found, page = listed(client, each="once")
    assert set(found) == {b.reference, d.reference, f.reference}
    assert page.count("further record") == 1
