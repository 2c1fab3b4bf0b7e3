"""Repeating groups: rows as a page posts them and as a program sends them, errors, limits."""

import pytest
from django import forms

from peel.machine.forms.base import CommandForm
from peel.machine.ui.forms.conditions import Ask, Is
from peel.machine.ui.forms.groups import Group
from peel.machine.ui.forms.typed import as_typed, in_words


class Phone(CommandForm):
    """One phone, and whose it is when it is not his own."""

    kind = forms.ChoiceField(
        label="Kind", choices=[("own", "His own"), ("other", "Somebody else's")]
    )
    number = forms.CharField(label="Number", max_length=12)
    whose = forms.CharField(label="Whose", required=False)
    asks = (Ask("whose", when=Is("kind", "other")),)


class Person(CommandForm):
    """A name and phones."""

    name = forms.CharField(label="Name")
    phones = Group(Phone, label="Phones", row="Phone", most=3, required=False)


POSTED = {
    "name": "Pat",
    "phones-0-row": "1", "phones-0-kind": "own", "phones-0-number": "101",
    "phones-4-row": "1", "phones-4-kind": "other", "phones-4-number": "102",
    "phones-4-whose": "Sam",
}  # fmt: skip
CLEANED = [
    {"kind": "own", "number": "101", "whose": ""},
    {"kind": "other", "number": "102", "whose": "Sam"},
]


def test_posted_rows_and_a_list_of_objects_are_the_same():
    page = Person(POSTED)
    assert page.is_valid(), page.errors
    assert page.cleaned_data["phones"] == CLEANED
    program = Person({"name": "Pat", "phones": [{"kind": "own", "number": 101}, dict(CLEANED[1])]})
    assert program.is_valid(), program.errors
    assert program.cleaned_data["phones"] == CLEANED


def test_errors_name_the_row_and_lead_to_its_question():
    form = Person(POSTED | {"phones-4-whose": "", "phones-0-number": ""} | {"phones-0-whose": "x"})
    assert form.errors["phones"] == ["Phone 1: Enter number", "Phone 2: Enter whose"]
    found = str(form)
    assert 'id="id_phones-0-number-error"' in found
    from django.template import Context, Template

    said = Template("{% load peel_ui %}{% error_summary form %}").render(Context({"form": form}))
    assert 'href="#id_phones-1-whose"' in said
    assert "Phone 2: Enter whose" in said
    assert 'id="id_phones-1-whose"' in found


@pytest.mark.parametrize(
    ("phones", "words"),
    [
        ("101", "Phones: send a list of rows"),
        (["101"], "Phones: send a list of rows"),
        ([{"kind": "own", "number": "1"}] * 4, "Phones: at most 3"),
        ([{"number": "1", "kind": "own", "cost": 3}], "Phone 1: there is no question “cost”"),
        ([{"kind": "own", "number": "1" * 13}], "Phone 1: Number must be 12 characters or fewer"),
        ([{"kind": "other", "number": "1"}], "Phone 1: Enter whose"),
        ([{"kind": ["own", "other"], "number": {"a": 1}}], None),
    ],
)
def test_what_is_no_row_is_refused(phones, words):
    form = Person({"name": "Pat", "phones": phones})
    assert words is None or form.errors.get("phones") == [words]


def test_an_empty_row_is_skipped_and_enough_are_asked_for():
    empty = {"name": "Pat", "phones-0-row": "1", "phones-0-kind": "own", "phones-0-number": ""}
    form = Person(empty)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["phones"] == []

    class Needs(CommandForm):
        phones = Group(Phone, label="Phones", row="Phone", least=1)

    assert Needs(empty).errors["phones"] == ["Phones: enter at least one"]
    assert Needs({}).errors["phones"] == ["Phones: enter at least one"]
    assert str(Needs()).count('name="phones-0-number"') == 1
    assert Person({"name": "Pat"}).is_valid()


def test_rows_are_added_and_dropped_by_the_buttons():
    form = Person(POSTED | {"phones-0-number": ""})
    form.rebuild("phones:add")
    assert form.errors == {}
    found = str(form)
    assert [f'id="id_phones-{n}-number"' in found for n in range(4)] == [True, True, True, False]
    # Three are the most, so a further one is not offered.
    assert "phones:add" not in found
    form = Person(POSTED)
    form.rebuild("phones:drop:0")
    found = str(form)
    assert 'value="102"' in found
    assert 'value="101"' not in found
    for nonsense in ("gone:add", "phones:drop:99", "phones:drop:x", ":", "name:add"):
        Person(POSTED).rebuild(nonsense)


def test_rows_as_typed_and_in_words():
    field = Person.base_fields["phones"]
    typed = as_typed(field, CLEANED)
    assert typed == [
        {"kind": "own", "number": "101"}, {"kind": "other", "number": "102", "whose": "Sam"},
    ]  # fmt: skip
    assert in_words(field, typed) == "His own, 101; Somebody else's, 102, Sam"
    again = Person({"name": "Pat"}, settled={"phones": typed})
    assert again.is_valid(), again.errors
    assert again.cleaned_data["phones"] == CLEANED
