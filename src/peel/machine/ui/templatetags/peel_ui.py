"""Template tags and filters of Peel's pages: GOV.UK components, and values as people read them."""

from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from peel.machine.ui import components
from peel.machine.ui.cells import after_first, colour_class, content, heading, inside, kind
from peel.machine.ui.forms import drawing
from peel.machine.ui.forms.conditions import openers
from peel.machine.ui.mentions import linked
from peel.machine.ui.shown import shown

register = template.Library()
register.filter("shown", shown)
register.filter("content", content)
register.filter("colour_class", colour_class)
register.filter("inside", inside)
register.filter("heading", heading)
register.filter("kind", kind)
register.filter("after_first", after_first)

SHORT = 20


def nested(params: dict[str, Any]) -> dict[str, Any]:
    """`label__text="Name"` as `{"label": {"text": "Name"}}`."""
    found: dict[str, Any] = {}
    for name, value in params.items():
        place = found
        *path, last = name.split("__")
        for step in path:
            place[step] = dict(place.get(step) or {})
            place = place[step]
        place[last] = value
    return found


@register.simple_tag
def govuk(name: str, given: dict[str, Any] | None = None, /, **params: Any) -> SafeString:
    """A GOV.UK component: `{% govuk "button" text="Save" %}`; `__` reaches inside a parameter.

    A mapping given second is the base that the named parameters are laid over. Values that come
    to None are left out, so `href=link` is harmless where there is no link.
    """
    merged = {**(given or {}), **nested(params)}
    return components.render(name, {k: v for k, v in merged.items() if v is not None})


class BlockNode(Node):
    """`{% govukblock %}`: what stands inside becomes the component's `html`."""

    def __init__(
        self, name: FilterExpression, params: dict[str, FilterExpression], body: NodeList
    ) -> None:
        self.name, self.params, self.nodelist = name, params, body

    def render(self, context: Context) -> SafeString:
        """The component around its block."""
        params = {name: value.resolve(context) for name, value in self.params.items()}
        body = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - a template's own
        return govuk(self.name.resolve(context), {"html": body}, **params)


@register.tag
def govukblock(parser: Parser, token: Token) -> BlockNode:
    """`{% govukblock "inset-text" classes="x" %}…{% endgovukblock %}`."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("govukblock needs the name of a component")
    name = parser.compile_filter(bits.pop(0))
    params = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"govukblock does not understand {bits[0]}")
    body = parser.parse(("endgovukblock",))
    parser.delete_first_token()
    return BlockNode(name, params, body)


@register.simple_tag
def icon(name: str) -> SafeString:
    """The picture of a kind (`Sheet.icon`), for the eye alone: its name stands beside it."""
    where = f"{static('peel/icons.svg')}#{name}"
    drawn_ = '<svg class="peel-icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>'
    return format_html(drawn_, where)


@register.filter
def drawn(bound: BoundField) -> SafeString:
    """A field of a form with its label, hint and error, in GOV.UK markup."""
    return drawing.draw(bound)


@register.filter
def grouped(form: BaseForm) -> list[tuple[Any, list[BoundField]]]:
    """The visible fields by the form's `sections` (title, fields, hint), the others at the end.

    A field that another reveals is left out: it is drawn inside that one.
    """
    inner = openers(form)
    left = {bound.name: bound for bound in form.visible_fields() if bound.name not in inner}
    groups: list[tuple[Any, list[BoundField]]] = []
    for section in getattr(form, "sections", ()):
        fields = [left.pop(name) for name in section.fields if name in left]
        if fields:
            groups.append((section, fields))
    if left:
        groups.append((None, list(left.values())))
    return groups


@register.simple_tag
def error_summary(form: BaseForm, title: str = "There is a problem") -> SafeString | str:
    """Every error of the form at the top of the page, each leading to its field."""
    if not form.errors:
        return ""
    identity = getattr(form, "identity", None)
    whole = (linked(str(error), identity) for error in form.non_field_errors())
    errors: list[dict[str, str | None]] = [
        {"html": said} if isinstance(said, SafeString) else {"text": said} for said in whole
    ]
    for bound in form:
        errors += drawing.summary(bound)
    return components.render("error-summary", {"titleText": title, "errorList": errors})


@register.filter
def tag_colour(cell: Any) -> str:
    """The class of the colour that a cell or row names under `tag`."""
    return colour_class(getattr(cell, "tag", None) or (cell or {}).get("tag"))


@register.filter
def has_row_actions(body: Any) -> bool:
    """Whether any row of a panel has something to do."""
    return any(row.actions for row in body.rows)


@register.filter
def offering(facets: Any) -> list[Any]:
    """The facets that have a value to filter by."""
    return [facet for facet in facets or () if facet.options]


@register.filter
def short(cell: Any) -> bool:
    """Whether a cell is so short (a reference) that it should stay on one line."""
    return len(str(content(cell) or "")) <= SHORT
