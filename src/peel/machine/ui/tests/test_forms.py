"""Forms as they are drawn, and the fields that Django lacks."""

import contextlib
import datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDate, PartialDateFormField
from peel.machine.ui.forms import (
    DayField,
    DayMonthYear,
    MomentField,
    RevealingForm,
    SuggestField,
    dressed,
)
from peel.machine.ui.forms.dates import read_day, read_time
from peel.machine.ui.forms.words import messages_of
from peel.machine.ui.styleguide import SampleForm

TODAY = datetime.date(2026, 11, 21)
NOW = datetime.datetime(2026, 11, 21, 9, 30, tzinfo=datetime.UTC)


def test_any_field_has_label_hint_and_error_tied_to_it() -> None:
    class Plain(forms.Form):
        surname = forms.CharField(help_text="As written")

    found = str(Plain({"surname": ""}))
    assert 'for="id_surname"' in found
    assert 'aria-describedby="id_surname-hint id_surname-error"' in found
    assert "Enter surname" in found


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        (forms.CharField(), "", "Enter home town"),
        (forms.CharField(max_length=9), "x" * 10, "Home town must be 9 characters or fewer"),
        (forms.IntegerField(min_value=2), "1", "Home town must be 2 or more"),
        (forms.ChoiceField(choices=[("a", "A")]), "z", "Home town: choose one from the list"),
        (forms.CharField(), "a\x00b", "Home town must not contain unseen characters"),
        (forms.CharField(error_messages={"required": "Say where"}), "", "Say where"),
        (DayField(), "soon", "“soon” is not a date. Write it like 27 3 2026 or 27 March 2026."),
    ],
)
def test_what_is_wrong_is_said_by_name(field: forms.Field, given: str, words: str) -> None:
    form = type("Asked", (forms.Form,), {"home_town": field})({"home_town": given})
    assert messages_of(form["home_town"]) == [words]


def test_what_was_typed_is_shown_again_and_never_as_markup() -> None:
    form = SampleForm({"surname": '"><script>', "town": '"><script>', "account": "</textarea>"})
    found = str(form)
    assert "<script>" not in found
    assert found.count("</textarea>") == 1


def test_summary_leads_to_each_field() -> None:
    form = SampleForm({"source": "other"})
    text = Template("{% load peel_ui %}{% error_summary form %}").render(Context({"form": form}))
    drawn = str(form)
    for target in ("id_surname", "id_from_on_day", "id_source_detail", "id_sex"):
        assert f'href="#{target}"' in text
        assert f'id="{target}"' in drawn


def test_revealed_field_is_drawn_once_inside_its_choice() -> None:
    found = str(SampleForm())
    assert found.count('name="source_detail"') == 1
    assert found.index("govuk-radios__conditional") < found.index('name="source_detail"')


def test_field_that_is_not_open_cannot_be_wrong_and_is_dropped() -> None:
    class Asked(RevealingForm):
        how = dressed(
            forms.ChoiceField(choices=[("a", "A"), ("b", "B")]), reveals={"b": ("detail",)}
        )
        detail = forms.CharField()

    closed = Asked({"how": "a", "detail": "left over"})
    assert closed.is_valid()
    assert closed.cleaned_data["detail"] == ""
    opened = Asked({"how": "b"})
    assert not opened.is_valid()
    assert set(opened.errors) == {"detail"}


def test_sections_become_groups_and_nothing_is_lost() -> None:
    class Section:
        title, fields, hint = "Who", ("a",), ""

    class Sectioned(forms.Form):
        a = forms.CharField()
        b = forms.CharField()
        sections = (Section,)

    found = str(Sectioned())
    assert "<legend" in found
    assert 'name="a"' in found
    assert 'name="b"' in found


def test_one_field_alone_is_drawn_the_same() -> None:
    assert "govuk-form-group" in SampleForm()["surname"].as_field_group()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("27 3 2026", (2026, 3, 27)),
        ("27/03/26", (2026, 3, 27)),
        ("27.3.1980", (1980, 3, 27)),
        ("2026-03-27", (2026, 3, 27)),
        ("27 March 2026", (2026, 3, 27)),
        ("27th mar 80", (1980, 3, 27)),
        (" Today ", (2026, 11, 21)),
        ("yesterday", (2026, 11, 20)),
    ],
)
def test_days_as_people_write_them(text: str, day: tuple[int, int, int]) -> None:
    assert read_day(text, TODAY) == datetime.date(*day)


@pytest.mark.parametrize("text", ["31 2 2026", "3 27 2026", "soon", "27 Foo 2026", "0 1 2026", "?"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="is not a date"):
        DayField().clean(text)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_a_day_survives_being_shown_and_typed(day: datetime.date) -> None:
    field = DayField()
    assert field.clean(field.prepare_value(day)) == day
    assert not field.has_changed(day, field.prepare_value(day))


@given(st.text(max_size=80))
def test_nothing_typed_breaks_the_fields(text: str) -> None:
    for field in (DayField(required=False), MomentField(required=False)):
        # Anything but a refusal in words would escape here and fail the test.
        with contextlib.suppress(ValidationError):
            field.clean(text)


@pytest.mark.parametrize(
    ("text", "time"),
    [("14:05", (14, 5)), ("1405", (14, 5)), ("2.05pm", (14, 5)), ("9am", (9, 0)), ("12am", (0, 0))],
)
def test_times_as_people_write_them(text: str, time: tuple[int, int]) -> None:
    assert read_time(text) == datetime.time(*time)


def test_moments_are_london_time_kept_in_utc() -> None:
    field = MomentField()
    assert field.clean("1 7 2026 14:05").isoformat() == "2026-07-01T13:05:00+00:00"
    assert field.clean("1 12 2026 at 14:05").isoformat() == "2026-12-01T14:05:00+00:00"
    with clock.fixed(NOW):
        assert field.clean("today 2.05 pm").isoformat() == "2026-11-21T14:05:00+00:00"
    moment = datetime.datetime(2026, 7, 1, 13, 5, tzinfo=datetime.UTC)
    assert field.clean(field.prepare_value(moment)) == moment


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(ValidationError, match="clocks go forward"):
        MomentField().clean("29 3 2026 01:30")


def test_three_boxes_make_one_date_and_a_gap_is_no_date() -> None:
    class Boxes(forms.Form):
        day = DayField(widget=DayMonthYear)

    assert Boxes({"day_day": "27", "day_month": "3", "day_year": "2026"}).is_valid()
    assert not Boxes({"day_day": "27", "day_month": "", "day_year": "2026"}).is_valid()
    missing = Boxes({})
    assert missing.errors["day"].as_data()[0].code == "required"


def test_suggestions_need_no_script_and_are_read_kindly() -> None:
    class Town(forms.Form):
        town = SuggestField(["Nether Wick"], only=True)

    assert "<datalist" in str(Town())
    form = Town({"town": " nether  WICK "})
    assert form.is_valid()
    assert form.cleaned_data["town"] == "Nether Wick"
    assert not Town({"town": "Atlantis"}).is_valid()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("last Tuesday", (2026, 11, 17)),
        ("last saturday", (2026, 11, 14)),
        ("next Sat", (2026, 11, 28)),
        ("3 days ago", (2026, 11, 18)),
        ("a week ago", (2026, 11, 14)),
        ("in 2 weeks", (2026, 12, 5)),
        ("27 Mar 2026", (2026, 3, 27)),
    ],
)
def test_days_as_people_speak_of_them(text: str, day: tuple[int, int, int]) -> None:
    assert read_day(text, TODAY) == datetime.date(*day)
    with clock.fixed(NOW):
        assert PartialDate.parse(text).earliest == datetime.date(*day)


def test_a_weekday_alone_asks_which() -> None:
    for field in (DayField(), PartialDateFormField()):
        with pytest.raises(ValidationError, match="Which Tuesday"):
            field.clean("tuesday")
    with pytest.raises(ValidationError, match="Which Tuesday"):
        MomentField().clean("Tuesday 14:30")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("last Tuesday 14:30", "2026-11-17T14:30"),
        ("14:30 on last Tuesday", "2026-11-17T14:30"),
        ("yesterday at 2.05 pm", "2026-11-20T14:05"),
        ("1405 27/3/26", "2026-03-27T14:05"),
        ("2026-07-01T14:05", "2026-07-01T13:05"),
        ("2026-07-01T14:05:00Z", "2026-07-01T14:05"),
        ("2026-07-01 14:05+02:00", "2026-07-01T12:05"),
        ("25 10 2026 00:59", "2026-10-24T23:59"),
        ("25 10 2026 01:30 BST", "2026-10-25T00:30"),
        ("25 10 2026 01:30 GMT", "2026-10-25T01:30"),
        ("25 10 2026 02:00", "2026-10-25T02:00"),
        ("29 3 2026 00:59", "2026-03-29T00:59"),
        ("29 3 2026 02:00", "2026-03-29T01:00"),
        ("now", "2026-11-21T09:30"),
    ],
)
def test_moments_as_people_write_them(text: str, moment: str) -> None:
    with clock.fixed(NOW):
        read = MomentField().clean(text)
    assert read.isoformat() == f"{moment}:00+00:00"
    assert MomentField().clean(MomentField().prepare_value(read)) == read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("25 10 2026 01:30", "Write 01:30 BST for the first"),
        ("2026-10-25T01:30", "comes twice"),
        ("29 3 2026 01:30", "The clocks go forward then"),
        ("1 12 2026 14:00 BST", "British Summer Time does not hold then"),
        ("27 3 2026", "is not a date and time"),
        ("31 12 9999 23:59", None),
        ("1 1 0001 00:00", None),
    ],
)
def test_moments_that_are_none_are_refused_plainly(text: str, words: str | None) -> None:
    if words is None:
        with contextlib.suppress(ValidationError):
            MomentField().clean(text)
        return
    with pytest.raises(ValidationError, match=words):
        MomentField().clean(text)


@given(st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2060, 1, 1)))
def test_a_moment_survives_being_shown_and_typed(naive: datetime.datetime) -> None:
    moment = naive.replace(second=0, microsecond=0, tzinfo=datetime.UTC)
    field = MomentField()
    assert field.clean(field.prepare_value(moment)) == moment


def test_what_was_understood_is_said() -> None:
    class Dates(forms.Form):
        day = DayField()
        born = PartialDateFormField()

    with clock.fixed(NOW):
        found = str(Dates({"day": "yesterday", "born": "c 1980"}))
    assert "data-peel-understood>Friday 20 November 2026</p>" in found
    assert "data-peel-understood>about 1980</p>" in found
    assert "data-peel-understood></p>" in str(Dates({"day": "soon", "born": ""}))
