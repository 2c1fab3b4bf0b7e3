"""A stale save with a repeating group and a question on a condition, seen three ways."""

import datetime
import html
import json
import re
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from peel.machine.ui.forms import conflicts
from peel.machine.ui.forms.base import TypedForm
from peel.machine.ui.forms.conditions import Ask, Is
from peel.machine.ui.forms.groups import Group


class Phone(TypedForm):
    """One phone."""

    number = forms.CharField(label="Number")


class Person(TypedForm):
    """Whose answers stand in other tables: so the form says what they are."""

    name = forms.CharField(label="Name")
    armed = forms.BooleanField(label="Armed", required=False)
    weapon = forms.CharField(label="Weapon")
    phones = Group(Phone, label="Phones", row="Phone", required=False)
    asks = (Ask("weapon", when=Is("armed", True)),)

    @classmethod
    def answers_of(cls, record: Any) -> dict[str, Any]:
        """As they were said to be."""
        return dict(record.answers)


def person(**answers: Any) -> SimpleNamespace:
    """A record with its answers."""
    at = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    told = {"name": "Pat", "armed": False, "weapon": "", "phones": [{"number": "1"}]}
    return SimpleNamespace(answers=told | answers, version=2, changed_at=at)


def stale(latest: SimpleNamespace, **posted: str) -> tuple[Person, Any]:
    """What the second save meets, having begun with the plain person."""
    base = conflicts.typed(Person(), person().answers)
    form = Person({"name": "Pat", "phones-0-number": "1"} | posted)
    assert form.is_valid(), form.errors
    return form, conflicts.three_ways(form, latest, base)


def test_rows_and_conditions_are_fields_like_others() -> None:
    theirs = person(phones=[{"number": "1"}, {"number": "2"}], armed=True, weapon="Knife")
    _, found = stale(theirs, **{"phones-1-number": "3"})
    by_name = {one.name: one for one in found.fields}
    assert by_name["phones"].differs
    assert (by_name["phones"].base, by_name["phones"].yours) == ("1", "1; 3")
    assert by_name["phones"].theirs == "1; 2"
    # What I left alone is theirs: the answer that opens the question, and the question.
    assert [by_name[n].kept for n in ("name", "armed", "weapon")] == ["", "theirs", "theirs"]


def test_what_is_chosen_comes_back_through_the_page() -> None:
    theirs = person(phones=[{"number": "2"}], armed=True, weapon="Knife")
    _, found = stale(theirs, **{"phones-0-number": "3"})
    page = render_to_string("ui/partials/conflict.html", {"conflict": found})
    sent = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    post = QueryDict(mutable=True)
    for name, value in sent:
        post.appendlist(name, html.unescape(value))
    assert conflicts.chosen(post)[1]
    for keep, number in (("theirs", "2"), ("yours", "3")):
        post["keep-phones"] = keep
        settled, left_open = conflicts.chosen(post)
        assert not left_open
        again = Person(post, settled=settled)
        assert again.is_valid(), again.errors
        assert again.cleaned_data == {
            "name": "Pat", "armed": True, "weapon": "Knife", "phones": [{"number": number}],
        }  # fmt: skip
    post["keep-phones"] = "edit"
    post["phones-0-number"] = "4"
    written = Person(post, settled=conflicts.chosen(post)[0])
    assert written.is_valid(), written.errors
    assert written.cleaned_data["phones"] == [{"number": "4"}]


def test_sides_that_somebody_tampered_with_are_cleaned_like_any_answer() -> None:
    post = QueryDict(mutable=True)
    for side in (conflicts.THEIRS, conflicts.MINE):
        post[side] = json.dumps({"name": {"a": 1}, "phones": [7], "armed": [], "gone": "x"})
    settled, _ = conflicts.chosen(post)
    form = Person(post, settled=settled)
    assert not form.is_valid() or form.cleaned_data["phones"] == []
    str(form)
