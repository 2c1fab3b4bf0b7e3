"""The component tag: what is typed is never markup, and the page says what it was told."""

import datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from peel.machine.ui import components
from peel.machine.ui.shown import shown

NASTY = '<script>alert("1")</script>'
UI = Path(__file__).resolve().parents[1]


def render(text: str, **context: object) -> str:
    return Template("{% load peel_ui %}" + text).render(Context(context))


def test_text_is_escaped() -> None:
    assert NASTY not in render('{% govuk "button" text=words %}', words=NASTY)


def test_html_that_is_not_marked_safe_is_escaped_at_any_depth() -> None:
    assert NASTY not in render('{% govuk "inset-text" html=words %}', words=NASTY)
    rows = [{"key": {"html": NASTY}, "value": {"html": NASTY}}]
    assert NASTY not in render('{% govuk "summary-list" rows=rows %}', rows=rows)
    items = [{"value": "1", "text": "x", "conditional": {"html": NASTY}}]
    assert NASTY not in render('{% govuk "radios" name="n" items=items %}', items=items)


def test_html_marked_safe_stands() -> None:
    assert "<b>x</b>" in render('{% govuk "inset-text" html=words %}', words=mark_safe("<b>x</b>"))


def test_attributes_are_escaped_and_may_not_be_a_string() -> None:
    given = {"data-x": '"><script>'}
    assert "<script>" not in render('{% govuk "button" text="x" attributes=a %}', a=given)
    with pytest.raises(TypeError):
        render('{% govuk "button" text="x" attributes=a %}', a="onclick=x")


def test_block_form_keeps_markup_and_escapes_values() -> None:
    found = render(
        '{% govukblock "inset-text" classes="c" %}<b>{{ words }}</b>{% endgovukblock %}',
        words=NASTY,
    )
    assert "<b>&lt;script&gt;" in found
    assert 'class="govuk-inset-text c"' in found


def test_double_underscores_reach_inside() -> None:
    found = render('{% govuk "input" name="n" id="n" label__text="Name" label__classes="k" %}')
    assert "Name" in found
    assert "govuk-label k" in found


def test_none_is_left_out() -> None:
    assert "<button" in render('{% govuk "button" text="x" href=nothing %}', nothing=None)


def test_unknown_component_is_named() -> None:
    with pytest.raises(LookupError, match="carousel"):
        components.render("carousel", {})


def test_macros_are_compiled_once() -> None:
    assert components.macro("button") is components.macro("button")


def test_values_are_shown_as_people_read_them() -> None:
    summer = datetime.datetime(2026, 7, 1, 13, 5, tzinfo=datetime.UTC)
    assert "1 July 2026, 14:05" in shown(summer)
    assert shown(datetime.date(2026, 3, 27)) == "27 March 2026"
    assert shown(True) == "Yes"
    assert shown(0) == "0"
    assert "–" in shown(None)
    assert shown(["<b>", 2]) == "&lt;b&gt;, 2"


def test_no_template_draws_the_crown() -> None:
    for path in UI.parent.parent.rglob("templates/**/*.html"):
        text = path.read_text("utf-8")
        for name in ("header", "footer"):
            assert f'govuk "{name}"' not in text, path


def test_no_template_has_anything_inline() -> None:
    """The policy lets no inline script or style run, so none may be written."""
    for path in UI.parent.parent.rglob("templates/**/*.html"):
        text = path.read_text("utf-8").lower()
        for forbidden in (" style=", "<style", " onclick=", " onchange=", "javascript:"):
            assert forbidden not in text, f"{path}: {forbidden}"
