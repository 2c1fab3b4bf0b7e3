"""Questions asked on a condition: nested, required when open, dropped when closed, checked."""

import pytest
from django import forms

from peel.machine.ui.forms.conditions import (
    AllOf,
    Answered,
    AnyOf,
    Ask,
    Is,
    RevealingForm,
    faults,
)


class Asked(RevealingForm):
    """Three questions, each hanging on the one before, and two that hang on several."""

    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "Apple"), ("b", "Berry")], widget=forms.RadioSelect
    )
    detail = forms.CharField(label="Detail")
    colour = forms.ChoiceField(label="Colour", choices=[("r", "Red"), ("g", "Green")])
    sure = forms.BooleanField(label="Sure", required=False)
    why = forms.CharField(label="Why")
    note = forms.CharField(label="Note")
    asks = (
        Ask("detail", when=Is("kind", "b")),
        Ask("colour", when=Answered("detail")),
        Ask("why", when=AllOf(Is("kind", "b"), Is("sure", True))),
        Ask("note", when=AnyOf(Is("sure", False), Is("kind", "a")), required=False),
    )


def test_an_open_question_is_required_and_a_closed_one_dropped():
    closed = Asked({"kind": "a", "detail": "left over", "colour": "purple", "why": "x" * 9})
    assert closed.is_valid(), closed.errors
    assert closed.cleaned_data == {
        "kind": "a", "detail": "", "colour": "", "sure": False, "why": "", "note": "",
    }  # fmt: skip
    opened = Asked({"kind": "b"})
    assert set(opened.errors) == {"detail"}
    assert opened.errors.as_data()["detail"][0].code == "required"


def test_conditions_nest():
    assert set(Asked({"kind": "b", "detail": "x"}).errors) == {"colour"}
    assert Asked({"kind": "b", "detail": "x", "colour": "r"}).is_valid()
    # What hangs on a closed question is closed too, whatever was typed into both.
    assert Asked({"kind": "a", "detail": "x", "colour": ""}).is_valid()


def test_conditions_are_joined():
    base = {"kind": "b", "detail": "x", "colour": "r"}
    assert set(Asked(base | {"sure": "on"}).errors) == {"why"}
    both = Asked(base | {"sure": "on", "why": "seen", "note": "dropped"})
    assert both.is_valid()
    assert both.cleaned_data["note"] == ""
    assert Asked(base | {"note": "kept"}).is_valid()


def test_programs_are_told_that_it_is_not_required_outright():
    assert not Asked.base_fields["detail"].required
    assert Asked.base_fields["kind"].required

    class Other(Asked):
        asks = ()

    assert Other.base_fields["detail"] is Asked.base_fields["detail"]


def test_a_form_without_script_reads_when_to_answer():
    found = str(Asked())
    assert "Answer this only if “Kind” is “Berry”." in found
    assert "Answer this only if “Kind” is “Berry” and “Sure” is ticked." in found
    assert 'data-peel-when="{&quot;name&quot;: &quot;kind&quot;' in found
    # It has to be answered when it is asked, so it is not called optional.
    assert found.count("(optional)") == 1


@pytest.mark.parametrize(
    ("asks", "words"),
    [
        ((Ask("nothing", when=Is("kind", "a")),), "'nothing', which is no question there"),
        ((Ask("kind", when=Is("gone", "a")),), "'gone', which is no question there"),
        ((Ask("kind", when=Is("b", 1)), Ask("kind", when=Is("b", 2))), "'kind' twice"),
        ((Ask("kind", when=Is("b", 1)), Ask("b", when=Is("kind", 1))), "circle: b, kind"),
        ((Ask("kind", when=Is("kind", 1)),), "circle: kind"),
    ],
)
def test_a_wrong_declaration_is_named(asks, words):
    assert any(words in fault for fault in faults(asks, {"kind", "b"}))
    assert faults(Asked.asks, Asked.base_fields) == []
