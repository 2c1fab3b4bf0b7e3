"""Search before create of things: near matches are asked about, exact ones are refused as ever."""

import pytest
from django.urls import reverse
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.identity.models import Judgement

KNOWN = {
    "objects.vehicle": {"vrm": "LB07 JDK", "make": "Vauxhall", "model": "Corsa"},
    "objects.phone": {"msisdn": "+33712345678", "make": "Apple", "model": "iPhone 12"},
    "objects.organisation": {"name": "Thamesmarch Scaffolding Ltd", "phone": "020 7946 0000",
                             "website": "https://scaffolding.example"},
    "pole.location": {"paon": "12", "street": "Acre Lane", "town": "Brixton",
                      "postcode": "SW2 5TN"},
}  # fmt: skip
TYPED = {
    "objects.vehicle": {"vrm": "LB07 JOK", "make": "Vauxhall", "model": "Corsa"},
    "objects.phone": {"msisdn": "07712 345678", "make": "Apple", "model": "iPhone 12"},
    "objects.organisation": {"name": "Thamesmarch Scaffolding", "phone": "02079460000",
                             "website": "http://www.scaffolding.example/us"},
    "pole.location": {"paon": "12", "street": "Acer Lane", "town": "London", "postcode": "SW2 5TN"},
}  # fmt: skip
OTHER = {
    "objects.vehicle": {"vrm": "XY63 ZZT", "make": "Skoda"},
    "objects.phone": {"msisdn": "07700 900123"},
    "objects.organisation": {"name": "Quatermain and Daughters"},
    "pole.location": {"paon": "99", "street": "Zephyr Row", "town": "Leeds", "postcode": "LS1 4AB"},
}


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


@pytest.mark.parametrize("kind", KNOWN)
def test_what_is_nearly_on_record_is_asked_about(who, kind):
    known = run(commands[f"{kind}.create"], who, KNOWN[kind])
    client, new = signed_in_client(who), reverse(f"{kind.replace('.', '-')}-create")
    forms = {"registered_in": "GB"} if kind == "objects.vehicle" else {}

    def shown(values, client=client):
        asked = {"kind": kind, **values}
        return client.get(reverse("resolution-likely"), asked).content.decode()

    assert known.reference in shown(TYPED[kind])
    assert "bits" in shown(TYPED[kind])
    assert not shown(OTHER[kind]).strip()
    assert client.post(new, forms | OTHER[kind]).status_code == 302

    page = client.post(new, forms | TYPED[kind])
    assert page.status_code == 422
    assert f"Is it {known.title} ({known.reference})?" in page.content.decode()
    answer = {"judgements-0-record": known.reference, "judgements-0-verdict": "different",
              "judgements-0-reason": "Seen side by side"}  # fmt: skip
    done = client.post(new, forms | TYPED[kind] | answer)
    assert done.status_code == 302, done.content.decode()
    with speaking(who):
        judged = Judgement.objects.get(verdict="different")
    assert known.pk in (judged.first_id, judged.second_id)
    assert judged.score >= 8
    assert judged.model
    restrict(who, known)
    assert known.reference not in shown(TYPED[kind], signed_in_client(officer(permissions=["*"])))


def test_who_says_why_it_is_another_is_not_asked_again(who):
    known = run(commands["objects.vehicle.create"], who, KNOWN["objects.vehicle"])
    client = signed_in_client(who)
    again = KNOWN["objects.vehicle"] | {"registered_in": "GB"}
    refused = client.post("/objects/vehicle/new/", again).content.decode()
    assert "is there already" in refused
    assert "judgements-0-record" not in refused
    done = client.post("/objects/vehicle/new/", again | {"another_because": "False plates"})
    assert done.status_code == 302, done.content.decode()
    with speaking(who):
        judged = Judgement.objects.get()
    assert (judged.verdict, known.pk in (judged.first_id, judged.second_id)) == ("different", True)
    assert "False plates" in judged.reason
