"""Facts stand side by side with their source; the golden view says why; a choice can be pinned."""

import datetime
import re

import pytest
from django.db import connections
from tests.machine.test_main_job import make_crime, make_nominal
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.base.dates import PartialDate
from peel.machine.commands import Invalid, NotFound, run
from peel.machine.commands.registry import commands
from peel.machine.queries.finding import find_ids
from peel.machine.registry import flags_of
from peel.pole.models import Marker, MarkerType, NominalDateOfBirth, NominalFact, Pin

pytestmark = pytest.mark.usefixtures("database")


def do(who, name, record, **values):
    return run(commands[name], who, {"record_id": record.pk, **values})


@pytest.fixture
def who():
    return officer(permissions=["*"])


@pytest.fixture
def nominal(who):
    return make_nominal(who, date_of_birth=PartialDate.parse("1980"), sex="M")


def page(who, nominal):
    answer = signed_in_client(who).get(f"/pole/nominal/{nominal.reference}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_contradictions_stand_side_by_side_and_a_pin_decides(who, nominal):
    do(who, "pole.nominal.add_fact", nominal, kind="height", value="5 ft 11", basis="self")
    do(who, "pole.nominal.add_fact", nominal, kind="height", value="1.90 m", basis="observed")
    shown = page(who, nominal)
    assert "190 cm (6 ft 3 in)" in shown
    assert "180 cm (5 ft 11 in)" in shown
    assert "An officer&#x27;s own observation, which the others do not rest on" in shown
    with speaking(who):
        lower = NominalFact.objects.get(nominal=nominal, value="180")
    do(who, "pole.nominal.pin_fact", nominal, which=lower.pk, reason="Measured in custody")
    shown = page(who, nominal)
    assert "Chosen: Measured in custody" in shown
    assert shown.index("180 cm") < shown.index("190 cm")
    # What it chose no longer holds, so the declared order does again; the pin stays on record.
    do(who, "pole.nominal.end_fact", nominal, which=lower.pk, reason="A slip")
    shown = page(who, nominal)
    assert "190 cm" in shown
    assert "Chosen: Measured in custody" not in shown
    with speaking(who):
        assert Pin.objects.filter(nominal=nominal, ended_at=None).exists()


def test_the_narrowest_date_stands_until_another_is_pinned(who, nominal):
    exact = PartialDate.parse("14 June 1981")
    do(who, "pole.nominal.add_date_of_birth", nominal, date_of_birth=exact, basis="other")
    with speaking(who):
        nominal.refresh_from_db()
        assert nominal.date_of_birth == exact
        year = NominalDateOfBirth.objects.get(nominal=nominal, date_of_birth="1980")
    do(who, "pole.nominal.pin_fact", nominal, which=year.pk, reason="Her passport says so")
    with speaking(who):
        nominal.refresh_from_db()
        assert str(nominal.date_of_birth) == "1980"


def test_bad_input_is_named_and_nothing_is_written(who, nominal):
    for name, values, field, words in (
        ("add_identifier", {"kind": "PNC", "value": "80/123456A"}, "value", "H, not A"),
        ("add_fact", {"kind": "height", "value": "tall"}, "value", "180 cm"),
        ("add_fact", {"kind": "nationality", "value": "Atlantis"}, "value", "“Atlantis”"),
        ("add_contact", {"kind": "mobile", "value": "12"}, "value", "telephone number"),
        ("add_date_of_birth", {"date_of_birth": PartialDate.parse("2199")}, "date_of_birth",
         "future"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            do(who, f"pole.nominal.{name}", nominal, **values)
        assert words in " ".join(refused.value.errors[field]), (name, refused.value.errors)
    with speaking(who):
        nominal.refresh_from_db()
    assert nominal.version == 1


def test_a_fact_is_asked_for_by_its_kind_first(who, nominal):
    """Without a kind the kind alone is asked, and none is chosen; then what that kind may be."""
    client = signed_in_client(who)
    where = f"/pole/nominal/{nominal.reference}/add-fact/"
    first = client.get(where).content.decode()
    assert '<option value="" selected>Choose one' in first
    assert re.search(r'<button[^>]*value="kind"[^>]*>\s*Go on', first)
    assert not re.search(r"<button[^>]*>\s*Add a fact\s*</button>\s*<a", first)
    assert 'for="id_value"' not in first
    none = client.post(where, {"version": "1", "kind": ""})
    assert none.status_code == 422
    assert client.post(where, {"version": "1", "kind": "", "rows": "kind"}).status_code == 200
    assert "Answer “What is it?”" in none.content.decode()
    asked = {"version": "1", "kind": "eye_colour"}
    then = client.post(where, asked | {"rows": "kind"})
    assert then.status_code == 200
    for page in (then, client.post(where, asked | {"value": ""}), client.get(where, asked)):
        assert '<option value="HAZEL">Hazel</option>' in page.content.decode()
        assert 'type="hidden" name="kind" value="eye_colour"' in page.content.decode()
    assert client.post(where, asked | {"value": "Hazel"}).status_code == 302


def test_a_marker_is_seen_wherever_the_person_is_named_until_it_expires(who, nominal):
    do(who, "pole.marker.add", nominal, type="weapons", reason="Carried a knife")
    with pytest.raises(Invalid):
        do(who, "pole.marker.add", nominal, type="weapons", reason="Again")
    with pytest.raises(Invalid):
        do(who, "pole.marker.add", nominal, type="hazard", reason="Not for people")
    client = signed_in_client(who)
    for where in ("/pole/nominal/", f"/pole/nominal/{nominal.reference}/", "/search/?q=okafor"):
        assert "Weapons (WE)" in client.get(where, follow=True).content.decode(), where
    suggested = client.get(
        "/pole/nominal/suggest/?for=pole.link.create&field=other&q=okafor"
    ).json()  # fmt: skip
    assert "WEAPONS (WE)" in suggested["found"][0]["hint"]
    with speaking(who):
        marker = Marker.objects.get(record=nominal)
        assert (marker.review_on - marker.asserted_at.date()).days == 365
    with connections["owner"].cursor() as cursor:
        cursor.execute("update pole_marker set expires_on = %s", [datetime.date(2020, 1, 1)])
    with speaking(who):
        assert flags_of([nominal.pk], who) == {}


def test_of_two_who_end_a_marker_the_second_is_told(who, nominal):
    do(who, "pole.marker.add", nominal, type="wanted", reason="Failed to appear")
    with speaking(who):
        marker = Marker.objects.get(record=nominal)
        assert MarkerType.objects.get(pk="wanted").fits("pole.nominal")
    do(who, "pole.marker.end", nominal, which=marker.pk, reason="Arrested")
    with pytest.raises(NotFound):
        do(who, "pole.marker.end", nominal, which=marker.pk, reason="Arrested")


def test_who_may_not_see_the_person_or_the_source_sees_no_flag(who, nominal):
    source = make_nominal(who, family_name="Source")
    do(who, "pole.marker.add", nominal, type="violent", reason="Told", asserted_in=source)
    do(who, "pole.nominal.add_fact", nominal, kind="accent", value="Cornish", asserted_in=source)
    other = officer()
    assert "Violent" in page(other, nominal)
    restrict(who, source)
    shown = page(other, nominal)
    assert "Violent" not in shown
    assert "Cornish" not in shown
    assert "Cornish" in page(who, nominal)


def test_family_stands_before_associates_and_each_kind_has_its_number(who, nominal):
    for family, reading in (("Friendly", "associate>"), ("Kin", "sibling>"), ("Mate", "friend>")):
        other = make_nominal(who, family_name=family)
        do(who, "pole.link.create", nominal, other=other, reading=reading)
    shown = page(who, nominal)
    near = shown[shown.index("Associates and family") :]
    assert near.index("KIN, ") < near.index("MATE, ") < near.index("FRIENDLY, ")
    assert '<span class="peel-panel__count">3</span>' in near[:120]


def test_what_was_said_in_a_restricted_record_is_in_no_document(who, nominal):
    """Pickers and lists find by documents, which everybody shares who sees the record."""
    told, other = make_crime(who), officer(permissions=["*"])
    do(who, "pole.nominal.add_fact", nominal, kind="occupation", value="Glazier")
    restrict(who, told)
    do(who, "pole.nominal.add_name", nominal, family_name="Pemberley", asserted_in=told)
    do(who, "pole.nominal.add_fact", nominal, kind="occupation", value="Falconer", asserted_in=told)
    with speaking(other):
        assert [hit.record_id for hit in find_ids("glazier")] == [nominal.pk]
        assert find_ids("falconer") == find_ids("pemberley") == []
