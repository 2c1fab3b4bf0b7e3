"""The further pages of a record (timeline, comparison, print, panels) against four callers."""

import pytest
from django.test import Client
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import Unit, User
from peel.kernel.access.tests.factories import (
    appointment,
    officer,
    role,
    signed_in,
    signed_in_client,
)
from peel.kernel.base import references
from peel.machine import registry
from tests.machine.turns import kinds_in_turn
from tests.security.addresses import reads_of
from tests.security.stage import build, do, said
from tests.security.test_addresses import call, same

EXPECTED = {"nobody": 302, "no permission": 403, "no visibility": 404, "both": 200}


@pytest.fixture
def stage(database):
    return build()


@pytest.fixture
def callers(stage):
    return {
        "nobody": Client(),
        "no permission": signed_in_client(officer(permissions=[], clearance=3)),
        "no visibility": signed_in_client(officer(permissions=["*"], clearance=3)),
        "both": signed_in_client(everything(stage.owner)),
    }


def everything(who):
    """The same person in a post that may do everything."""
    holder = User.objects.using("owner").get(pk=who.user_id)
    role("everything", "*")
    place = Unit.objects.using("owner").get(pk=who.unit_id)
    return signed_in(appointment(holder, "everything", clearance=3, of=place))


def hidden_of(stage, sheet):
    return stage.hidden_of(sheet).reference


def test_every_further_page_answers_each_caller(stage, callers):
    wrong = []
    for sheet in kinds_in_turn():
        for name, where in reads_of(sheet, hidden_of(stage, sheet)):
            for who, client in callers.items():
                status = client.get(where).status_code
                wrong += [(who, where, status)] if status != EXPECTED[who] else []
            assert callers["both"].post(where).status_code == 405, name
    assert wrong == []


def test_hidden_and_absent_read_alike_to_the_byte(stage, callers):
    client = callers["no visibility"]
    for sheet in kinds_in_turn():
        hidden, absent = hidden_of(stage, sheet), references.draw(sheet.numbers.prefix)
        pairs = zip(reads_of(sheet, hidden), reads_of(sheet, absent), strict=True)
        for (_, here), (_, there) in pairs:
            same(call(client, "get", here), call(client, "get", there), hidden, absent)


def visible_pages(stage):
    """The further pages of what everybody sees, with questions that ask for everything."""
    found = []
    for record in stage.visible.values():
        sheet = registry.sheet_of(record.kind)
        for name, where in reads_of(sheet, record.reference):
            found.append(where)
            if name == "print":
                found.append(f"{where}?chosen=1&part=links&part=timeline")
            if name == "compare":
                found.append(f"{where}?one=1&two=1&all=1")
            if name == "timeline":
                found += [f"{where}?what={f}" for f in (*sheet.fields, "links")]
    return found


def test_no_further_page_says_anything_of_what_is_hidden(stage, callers):
    crime, place = stage.visible["crime"], stage.hidden["location"]
    # The visible crime comes to name a hidden place, and another hidden one after it.
    for version, where in enumerate((place, None), start=1):
        do(stage.owner, "investigation.crime.edit", record_id=crime.pk, version=version,
           category="Burglary", summary=f"Words {version}", location=where)  # fmt: skip
    leaks = {}
    for where in visible_pages(stage):
        response = callers["no visibility"].get(where)
        assert response.status_code == 200, where
        if found := said(stage, response.content.decode()):
            leaks[where] = found
    assert leaks == {}
    timeline = reverse("investigation-crime-timeline", args=[crime.reference])
    assert "Xanadu" in callers["both"].get(timeline).content.decode()
    # Nor that there was anything: a version that changed nothing else of it is not listed.
    asked = callers["no visibility"].get(f"{timeline}?what=location").content.decode()
    assert "No versions to show" in asked


def test_the_stage_of_the_owner_shows_what_is_hidden_from_others(stage, callers):
    person = stage.visible["nominal"]
    where = reverse("pole-nominal-timeline", args=[person.reference])
    assert stage.hidden["crime"].reference in callers["both"].get(where).content.decode()
    assert stage.hidden["crime"].reference not in (
        callers["no visibility"].get(where).content.decode()
    )


def test_a_panel_asks_for_its_own_permission(stage):
    person = stage.visible["nominal"]
    client = signed_in_client(officer(permissions=["pole.nominal.view"], clearance=3))
    for panel, status in (("names", 200), ("links", 403), ("looks", 403), ("nonsense", 404)):
        where = reverse("pole-nominal-panel", args=[person.reference, panel])
        assert client.get(where).status_code == status, panel
    body = client.get(reverse("pole-nominal-print", args=[person.reference]), {"part": "links",
                      "chosen": "1"}).content.decode()  # fmt: skip
    assert "Links" not in body
    with speaking(stage.owner):
        timeline = reverse("pole-nominal-timeline", args=[person.reference])
    assert "Link added" not in client.get(timeline).content.decode()
