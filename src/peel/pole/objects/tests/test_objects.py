"""What is objects' own: numbers in one form, one record for one thing, cards shown masked."""

import pytest
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands import Invalid, run
from peel.machine.commands.registry import commands
from peel.pole.objects.models import Thing, Vehicle


def record(who, kind, **values):
    return run(commands[f"objects.{kind}.create"], who, values)


def refused(who, kind, **values):
    with pytest.raises(Invalid) as problem:
        record(who, kind, **values)
    return problem.value.errors


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


def test_a_number_is_kept_in_one_form_and_a_wrong_one_named(who):
    car = record(
        who, "vehicle", vrm="ab12 cde", vin="1m8gdm9axkp042788", colour="blue", make="Ford"
    )
    assert (car.vrm, car.vin, car.title) == ("AB12CDE", "1M8GDM9AXKP042788", "AB12 CDE, Blue Ford")
    assert "digit 0" in refused(who, "vehicle", vin="1M8GDM9AXKPO42788")["vin"][0]
    assert "is X, not 1" in refused(who, "vehicle", vin="1M8GDM9A1KP042788")["vin"][0]
    assert record(who, "vehicle", vrm="B-AB 1234", registered_in="de").registered_in == "DE"
    assert "such as AB12 CDE" in refused(who, "vehicle", vrm="B-AB 12345")["vrm"][0]
    assert "at least one of" in refused(who, "vehicle", colour="blue")["vrm"][0]
    assert "is 8, not 9" in refused(who, "phone", imei="490154203237519")["imei"][0]
    passport = {"document_kind": "passport", "country": "GB"}
    assert "passport" in refused(who, "identitydocument", number="1", **passport)["number"][0]
    assert record(who, "identitydocument", number="1", suspected_false=True, **passport)
    account = record(who, "account", sort_code="12-34-56", number="123456")
    assert (account.sort_code, account.number) == ("123456", "00123456")
    assert record(who, "account", account_kind="crypto", number="bc1q" + "x" * 38)


def test_the_same_thing_is_not_recorded_twice_unless_the_officer_says_why(who):
    first = record(who, "vehicle", vrm="AB12 CDE")
    told = refused(who, "vehicle", vrm="ab12cde")["vrm"][0]
    assert first.reference in told
    assert "registration mark" in told
    page = signed_in_client(who).post(reverse("objects-vehicle-create"), {
        "vrm": "AB12CDE", "registered_in": "GB"})  # fmt: skip
    assert page.status_code == 422
    linked = f'<a class="govuk-link" href="/objects/vehicle/{first.reference}/" target="_blank"'
    assert linked in page.content.decode()
    # Whoever may see the record and not look at its kind is told by nothing but the words.
    place = {"paon": "7", "street": "Greville Street", "town": "London"}
    known = run(commands["pole.location.create"], who, place)
    again = signed_in_client(who).post(reverse("pole-location-create"), place | {"marking": "1"})
    assert f'href="/pole/location/{known.reference}/"' in again.content.decode()
    second = record(who, "vehicle", vrm="AB12 CDE", another_because="False plates")
    edit = commands["objects.vehicle.edit"]
    for each in (first, second):
        run(edit, who, {"record_id": each.pk, "version": 1, "colour": "red"})
    third = record(who, "vehicle", vrm="XY12 CDE")
    with pytest.raises(Invalid, match="already"):
        run(edit, who, {"record_id": third.pk, "version": 1, "vrm": "AB12 CDE"})
    record(who, "vehicle", vrm="AB12 CDE", registered_in="IE")
    record(who, "organisation", name="Wherry & Sons Ltd.", company_number="445790")
    assert "OR26" in refused(who, "organisation", name="WHERRY & SONS LTD")["name"][0]
    assert "already" in refused(who, "organisation", name="W", company_number="00445790")[
        "company_number"][0]  # fmt: skip


def test_a_hidden_record_is_not_betrayed_by_its_number(who):
    hidden = record(who, "vehicle", vrm="AB12 CDE")
    why = {"reason": "A test", "admitted": [], "keep_me": True}
    run(commands["objects.vehicle.restrict"], who, {"record_id": hidden.pk, "version": 1} | why)
    other = officer(permissions=["*"], clearance=3)
    client, values = signed_in_client(other), {"vrm": "AB12 CDE", "registered_in": "GB"}
    assert client.post(reverse("objects-vehicle-create"), values).status_code == 302
    with speaking(other):
        assert [v.reference for v in Vehicle.objects.all()] != [hidden.reference]
    # Whoever may record vehicles and not read them is not told of one either.
    blind = officer(permissions=["objects.vehicle.create"])
    answer = signed_in_client(blind).post(reverse("objects-vehicle-create"), values)
    assert answer.status_code == 302


def test_a_card_is_named_by_its_last_four_digits_only(who):
    card = record(who, "paymentcard", number="4111 1111 1111 1111", issuer="Quaybank")
    assert card.title == "Quaybank card •••• 1111"
    client = signed_in_client(who)
    for where in ("/objects/paymentcard/", "/search/?q=Quaybank"):
        shown = client.get(where, follow=True).content.decode()
        assert "•••• 1111" in shown
        assert "41111111" not in shown
    assert card.reference in client.get("/search/?q=4111111111111111").content.decode()
    # Nobody may keep what proves that one holds the card.
    names = {field.name for field in type(card)._meta.get_fields()}
    assert not names & {"cvv", "cvc", "pin", "security_code", "track"}


def test_one_item_of_the_navigation_leads_to_every_kind_that_one_may_read(who):
    page = signed_in_client(who).get("/objects/").content.decode()
    assert all(
        f'href="/objects/{kind._meta.model_name}/"' in page for kind in Thing.__subclasses__()
    )
    reader = signed_in_client(officer(permissions=["objects.phone.view"])).get("/objects/")
    body = reader.content.decode()
    assert 'href="/objects/phone/"' in body
    assert "/objects/vehicle/" not in body
    assert "/objects/phone/new/" not in body
    assert (
        'href="/objects/"'
        not in signed_in_client(officer(permissions=[])).get("/").content.decode()
    )


def test_every_key_has_fields_that_the_form_asks_for():
    for kind in Thing.__subclasses__():
        names = {field.name for field in kind._meta.local_fields}
        assert {name for key in kind.KEYS for name in key} | set(kind.ONE_OF) <= names
