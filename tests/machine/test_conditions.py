"""One condition, declared once, refuses alike by page, by API, by import and by the command."""

import pytest
from django.test import Client

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine import checks
from peel.machine.commands import Invalid, run
from peel.machine.commands.derived import _create, _edit
from peel.machine.commands.registry import commands
from peel.machine.forms.derived import fields_form
from peel.machine.sheets import Column, Numbers, Section, Sheet
from peel.machine.ui.forms.conditions import Ask, Is
from peel.modules.investigation.models import Crime
from peel.pole.models import Link
from tests.machine.test_main_job import make_crime

WRONG = {"version": "1", "reason": "C3", "explanation": "Recorded twice"}
SHEET = Sheet(
    model=Crime,
    caption=lambda crime: crime.category,
    numbers=Numbers("CR"),
    sections=(
        Section(
            "Crime",
            ("category", "summary", "committed_from"),
            asks=(
                Ask("summary", when=Is("category", "Robbery")),
                Ask("committed_from", when=Is("summary", "By night"), required=False),
            ),
        ),
    ),
    columns=(Column("category"),),
)


@pytest.fixture
def sergeant(database):
    return officer(role="supervisor")


def test_page_api_and_form_refuse_alike_and_take_alike(sergeant):
    client: Client = signed_in_client(sergeant)
    crime, other = make_crime(sergeant), make_crime(sergeant)
    where = f"investigation/crime/{crime.reference}/cancel"
    page = client.post(f"/{where}/", WRONG)
    assert page.status_code == 422
    assert "Answer “Which crime is it recorded as?”" in page.content.decode()
    api = client.post(f"/api/{where}", WRONG | {"version": 1}, content_type="application/json")
    assert api.status_code == 422
    assert list(api.json()["errors"]) == ["recorded_as"]
    with speaking(sergeant):
        form = commands["investigation.crime.cancel"].form(WRONG, identity=sergeant, record=crime)
        assert set(form.errors) == {"recorded_as"}
    itself = client.post(f"/{where}/", WRONG | {"recorded_as": crime.reference})
    assert "cannot be recorded as itself" in itself.content.decode()
    done = client.post(f"/{where}/", WRONG | {"recorded_as": other.reference})
    assert done.status_code == 302, done.content.decode()[:3000]
    with speaking(sergeant):
        link = Link.objects.get()
        assert {link.from_record_id, link.to_record_id} == {crime.pk, other.pk}


def test_what_was_typed_into_a_closed_question_is_dropped(sergeant):
    client = signed_in_client(sergeant)
    crime = make_crime(sergeant)
    answers = WRONG | {"reason": "C4", "recorded_as": "nothing like it"}
    done = client.post(f"/investigation/crime/{crime.reference}/cancel/", answers)
    assert done.status_code == 302, done.content.decode()[:3000]


def test_the_openapi_description_does_not_require_it_outright(sergeant):
    described = signed_in_client(sergeant).get("/api/openapi.json").json()
    (schema,) = [
        shape
        for name, shape in described["components"]["schemas"].items()
        if "explanation" in shape.get("properties", {})
    ]
    assert "explanation" in schema["required"]
    assert "recorded_as" not in schema["required"]


def test_a_derived_form_has_the_conditions_of_its_sections(sergeant):
    form = fields_form(SHEET, creating=True)
    with speaking(sergeant):
        assert set(form({"category": "Robbery"}, identity=sergeant).errors) == {"summary"}
        shut = form({"category": "Burglary", "summary": "x", "committed_from": "soon"})
        assert shut.is_valid(), shut.errors
        assert shut.cleaned_data["summary"] == ""
        assert shut.cleaned_data["committed_from"] is None


def test_the_derived_commands_hold_to_them_without_a_form(sergeant):
    create, edit = _create(SHEET), _edit(SHEET)
    with pytest.raises(Invalid) as refused:
        run(create, sergeant, {"category": "Robbery"})
    assert set(refused.value.errors) == {"summary"}
    crime = run(create, sergeant, {"category": "Burglary", "summary": "Left over"})
    assert crime.summary == ""
    about = {"record_id": crime.pk, "version": 1}
    with pytest.raises(Invalid):
        run(edit, sergeant, about | {"category": "Robbery"})
    changed = run(edit, sergeant, about | {"category": "Robbery", "summary": "By night"})
    assert changed.summary == "By night"
    again = run(edit, sergeant, about | {"version": 2, "category": "Burglary"})
    assert again.summary == ""


def test_every_name_in_a_condition_is_checked_at_start_up():
    assert checks.check_forms() == []
    wrong = Section("Crime", ("category",), asks=(Ask("gone", when=Is("category", "x")),))
    faulty = Sheet(**vars(SHEET) | {"sections": (wrong,)})
    assert any("'gone'" in fault for fault in checks.faults(faulty))
    form = type("Faulty", (fields_form(SHEET, creating=False),), {"asks": wrong.asks})
    assert checks.form_faults(form) == ["asks name 'gone', which is no question there"]
