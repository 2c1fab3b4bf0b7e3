"""A bound field of a form as the parameters of the GOV.UK component that shows it."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from peel.machine.ui import components
from peel.machine.ui.forms.base import understanding
from peel.machine.ui.forms.conditions import asked
from peel.machine.ui.forms.groups import BoundGroup
from peel.machine.ui.forms.looks import Look, look_of
from peel.machine.ui.forms.widgets import DayMonthYear, Suggest
from peel.machine.ui.forms.words import messages_of
from peel.machine.ui.mentions import linked

Drawing = tuple[str, dict[str, Any]]
SMALLEST_COUNTED = 200
WIDTHS = (2, 3, 4, 5, 10, 20, 30)
# Attributes of Django's widgets that the components set themselves, or that suit numbers only.
OURS = {
    "type",
    "class",
    "size",
    "rows",
    "cols",
    "inputmode",
    "id",
    "min",
    "max",
    "step",
    "minlength",
}


def draw(bound: BoundField) -> SafeString:
    """The field with its label, hint, error and input, as HTML."""
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 - Django's own hidden input
    if (ask := asked(bound.field)) is None:
        return _drawn(bound)
    # A script hides the question while it is not asked; without one its condition is read.
    return format_html(
        '<div class="peel-asked" data-peel-when="{}"><p class="govuk-hint peel-asked__when">'
        "Answer this only if {}.</p>{}</div>",
        json.dumps(ask.when.plain()),
        ask.when.said(bound.form),
        _drawn(bound),
    )


def _drawn(bound: BoundField) -> SafeString:
    widget = bound.field.widget
    if isinstance(bound, BoundGroup):
        return _rows(bound)
    for kind, drawer in DRAWERS:
        if isinstance(widget, kind):
            return components.render(*drawer(bound, look_of(bound.field)))
    if isinstance(widget, forms.widgets.Input) and widget.template_name.startswith("django/"):
        return components.render(*_text(bound, look_of(bound.field)))
    return _own_markup(bound)


def _rows(bound: BoundGroup) -> SafeString:
    """A repeating group; what is wrong within a row stands at its question."""
    texts = [str(t) for error in bound.errors.as_data() if error.code != "row" for t in error]
    given = {"group": bound, "ident": ident(bound), "label": _label(bound), "texts": texts}
    return mark_safe(render_to_string(bound.field.template, given))  # noqa: S308 - escaped there


def summary(bound: BoundField) -> list[dict[str, str | None]]:
    """The errors of a field for the summary at the top of the page, each leading to its input."""
    href = None if bound.is_hidden else f"#{ident(bound)}"
    if not isinstance(bound, BoundGroup):
        return [{"text": message, "href": href} for message in messages_of(bound)]
    found: list[dict[str, str | None]] = [
        {"text": str(text), "href": href}
        for error in bound.errors.as_data()
        if error.code != "row"
        for text in error
    ]
    for number, row in enumerate(bound.rows if bound.errors else (), start=1):
        name = f"{bound.field.row} {number}: "
        texts = [*((str(t), href) for t in row.non_field_errors())]
        texts += [(t, f"#{ident(inner)}") for inner in row for t in messages_of(inner)]
        found += [{"text": name + text, "href": where} for text, where in texts]
    return found


def understood(bound: BoundField) -> str:
    """What was understood of a date in words, where it could be read."""
    return understanding(bound.field, bound.data) if bound.form.is_bound else ""


def ident(bound: BoundField) -> str:
    """The id of the input, or of the first one of a group: where its error leads."""
    own = bound.field.widget.attrs.get("id") or bound.auto_id or bound.html_name
    return f"{own}_day" if isinstance(bound.field.widget, DayMonthYear) else str(own)


def _label(bound: BoundField) -> SafeString:
    """The words of the label; an optional field says so, since most questions must be answered."""
    ask = asked(bound.field)
    needed = ask.required if ask else bound.field.required
    if needed or isinstance(bound.field, forms.BooleanField):
        return format_html("{}", bound.label)
    return format_html('{} <span class="peel-optional">(optional)</span>', bound.label)


def _common(bound: BoundField) -> dict[str, Any]:
    """What every component has: its name, hint and error."""
    params: dict[str, Any] = {"name": bound.html_name, "idPrefix": ident(bound)}
    if bound.help_text:
        params["hint"] = {"text": str(bound.help_text)}
    if bound.errors:
        params["errorMessage"] = _error(bound)
    return params


def _error(bound: BoundField) -> dict[str, Any]:
    """What is wrong with a field; a record that it names is a link for whoever may see it."""
    said = linked(" ".join(messages_of(bound)), getattr(bound.form, "identity", None))
    return {"html": said} if isinstance(said, SafeString) else {"text": said}


def _entry(bound: BoundField, look: Look) -> dict[str, Any]:
    """What every box to type in has."""
    value = bound.value()
    widget = bound.field.widget
    shown = widget.format_value(value) if hasattr(widget, "format_value") else value
    if not getattr(widget, "render_value", True):
        shown = None  # a password is never sent back
    attributes = {
        name: ("" if given is True else str(given))
        for name, given in {**widget.attrs, **bound.field.widget_attrs(widget)}.items()
        if given is not False and name not in OURS
    }
    params = _common(bound) | {
        "id": ident(bound),
        "label": {"html": _label(bound)},
        "value": "" if shown is None else str(shown),
        "attributes": attributes,
        "spellcheck": look.spellcheck,
        "autocomplete": look.autocomplete or None,
    }
    return {name: given for name, given in params.items() if given is not None}


def _text(bound: BoundField, look: Look) -> Drawing:
    widget = bound.field.widget
    params = _entry(bound, look)
    kind = widget.attrs.get("type") or getattr(widget, "input_type", "text")
    # A spinner loses what it cannot read, and scrolling changes it: numbers are typed as text.
    params["type"] = "text" if kind in {"number", "date", "datetime-local", "time"} else kind
    mode = look.inputmode or widget.attrs.get("inputmode") or _mode(bound.field)
    width = look.width or _width(bound.field, mode)
    params["classes"] = f"govuk-input--width-{width}" if width else ""
    if mode:
        params["inputmode"] = mode
    for place in ("prefix", "suffix"):
        if words := getattr(look, place):
            params[place] = {"text": words}
    if hasattr(bound.field, "understood"):
        said = format_html(
            '<p class="peel-understood" id="{}-understood" data-peel-understood>{}</p>',
            ident(bound),
            understood(bound),
        )
        params["formGroup"] = {"afterInput": {"html": said}}
    if params["attributes"].get("maxlength") and kind != "password":
        # The rule is told by an error that keeps what was typed; the browser would cut it short.
        del params["attributes"]["maxlength"]
    return "input", params


def _width(field: forms.Field, mode: str) -> int:
    """The widest entry expected, by what the field says of it; 0 when it may be anything."""
    if mode in {"numeric", "decimal"}:
        return 10
    said = field.widget.attrs.get("size") or getattr(field, "max_length", None) or 0
    return next((width for width in WIDTHS if 0 < int(said) <= width), 0)


def _mode(field: forms.Field) -> str:
    """The keyboard that suits the field."""
    if isinstance(field, forms.DecimalField | forms.FloatField):
        return "decimal"
    return "numeric" if isinstance(field, forms.IntegerField) else ""


def _textarea(bound: BoundField, look: Look) -> Drawing:
    params = _entry(bound, look)
    given = bound.field.widget.attrs
    # Forty by ten is what Django says when nobody did.
    untold = (str(given.get("cols")), str(given.get("rows"))) == ("40", "10")
    params["rows"] = "5" if untold else str(given.get("rows", 5))
    longest = getattr(bound.field, "max_length", None)
    params["attributes"].pop("maxlength", None)
    if longest and (look.count or longest >= SMALLEST_COUNTED):
        return "character-count", params | {"maxlength": longest, "threshold": "75"}
    return "textarea", params


def _select(bound: BoundField, look: Look) -> Drawing:
    items: list[dict[str, Any]] = []
    chosen = _chosen(bound)
    for _, options, _ in bound.field.widget.optgroups(bound.html_name, chosen):
        for option in options:
            items.append(
                {
                    "value": str(option["value"]),
                    "text": str(option["label"]),
                    "selected": bool(option["selected"]),
                    "attributes": {
                        name: given
                        for name, given in option["attrs"].items()
                        if name == "disabled" or name.startswith("data-")
                    },
                }
            )
    params = _common(bound) | {
        "id": ident(bound),
        "label": {"html": _label(bound)},
        "items": items,
    }
    if isinstance(bound.field.widget, forms.SelectMultiple):
        params["attributes"] = {"multiple": "multiple", "size": str(min(len(items), 8))}
        params["classes"] = "peel-select--many"
    return "select", params


def _group(bound: BoundField, look: Look) -> dict[str, Any]:
    """What radios and checkboxes share: the legend and the items with what each reveals."""
    items = []
    for _, options, _ in bound.field.widget.optgroups(bound.html_name, _chosen(bound)):
        for option in options:
            value = str(option["value"])
            item: dict[str, Any] = {
                "value": value,
                "text": str(option["label"]),
                "checked": bool(option["selected"]),
            }
            if value in look.hints:
                item["hint"] = {"text": look.hints[value]}
            if names := look.reveals.get(value):
                inner = (draw(bound.form[name]) for name in names if name in bound.form.fields)
                item["conditional"] = {"html": mark_safe("".join(inner))}  # noqa: S308
            if value or bound.field.required is False:
                items.append(item)
    legend = {"html": _label(bound), "classes": f"govuk-fieldset__legend--{look.legend}"}
    return _common(bound) | {"fieldset": {"legend": legend}, "items": items}


def _chosen(bound: BoundField) -> list[str]:
    """The chosen values as text, as Django's widgets want them."""
    return list(bound.field.widget.format_value(bound.value()))


def _radios(bound: BoundField, look: Look) -> Drawing:
    params = _group(bound, look)
    for item in params["items"]:
        if not item["value"]:
            item["text"] = "None of these" if item["text"].startswith("---") else item["text"]
    kinds = ["govuk-radios--inline" if look.inline else "", "govuk-radios--small"]
    return "radios", params | {"classes": " ".join(kinds if look.small else kinds[:1]).strip()}


def _checkboxes(bound: BoundField, look: Look) -> Drawing:
    return "checkboxes", _group(bound, look) | {
        "classes": "govuk-checkboxes--small" if look.small else ""
    }


def _checkbox(bound: BoundField, look: Look) -> Drawing:
    item: dict[str, Any] = {"value": "on", "text": str(bound.label), "checked": bool(bound.value())}
    if names := look.reveals.get("on") or look.reveals.get("True"):
        inner = (draw(bound.form[name]) for name in names if name in bound.form.fields)
        item["conditional"] = {"html": mark_safe("".join(inner))}  # noqa: S308
    if bound.help_text:
        item["hint"] = {"text": str(bound.help_text)}
    params = _common(bound) | {"items": [item], "classes": "govuk-checkboxes--small"}
    params.pop("hint", None)
    return "checkboxes", params


def _three_boxes(bound: BoundField, look: Look) -> Drawing:
    values = bound.field.widget.decompress(bound.value())
    wrong = " govuk-input--error" if bound.errors else ""
    items = [
        {
            "name": f"{bound.html_name}_{part}",
            "id": ident(bound)[: -len("day")] + part,
            "label": part.capitalize(),
            "value": "" if value == "?" else value,
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
        }
        for part, value in zip(DayMonthYear.parts, values, strict=True)
    ]
    legend = {"html": _label(bound), "classes": f"govuk-fieldset__legend--{look.legend}"}
    return "date-input", _common(bound) | {
        "id": ident(bound)[: -len("_day")],
        "fieldset": {"legend": legend},
        "items": items,
    }


def _suggest(bound: BoundField, look: Look) -> Drawing:
    name, params = _text(bound, look)
    list_id = f"{ident(bound)}-suggestions"
    options = "".join(
        format_html('<option value="{}"></option>', one) for one in bound.field.widget.suggestions
    )
    after = mark_safe(f'<datalist id="{list_id}">{options}</datalist>')  # noqa: S308
    params["attributes"] |= {"list": list_id}
    return name, params | {"autocomplete": "off", "formGroup": {"afterInput": {"html": after}}}


def _file(bound: BoundField, look: Look) -> Drawing:
    params = _common(bound) | {"id": ident(bound), "label": {"html": _label(bound)}}
    return "file-upload", params


def _own_markup(bound: BoundField) -> SafeString:
    """Label, hint and error around a widget that draws itself, such as a look-up."""
    parts = [components.render("label", {"html": _label(bound), "for": ident(bound)})]
    described = []
    attrs: dict[str, Any] = {"class": "govuk-input"}
    if bound.help_text:
        described.append(f"{ident(bound)}-hint")
        parts.append(components.render("hint", {"id": described[-1], "text": bound.help_text}))
    if bound.errors:
        described.append(f"{ident(bound)}-error")
        parts.append(components.render("error-message", {"id": described[-1], **_error(bound)}))
        attrs["class"] = "govuk-input govuk-input--error"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    parts.append(bound.as_widget(attrs=attrs))
    wrong = " govuk-form-group--error" if bound.errors else ""
    inner = mark_safe("".join(parts))  # noqa: S308 - each part is escaped already
    return format_html('<div class="govuk-form-group{}">{}</div>', wrong, inner)


DRAWERS: list[tuple[type | tuple[type, ...], Callable[[BoundField, Look], Drawing]]] = [
    (DayMonthYear, _three_boxes),
    (Suggest, _suggest),
    (forms.CheckboxSelectMultiple, _checkboxes),
    (forms.RadioSelect, _radios),
    (forms.CheckboxInput, _checkbox),
    (forms.Select, _select),
    (forms.Textarea, _textarea),
    (forms.FileInput, _file),
]
