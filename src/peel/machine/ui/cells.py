"""The inside of a table's cell as HTML. In Python, for a list has hundreds of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from peel.machine.ui import components
from peel.machine.ui.shown import shown


def content(cell: Any) -> Any:
    """The value of a cell, whether it is a `Cell`, a mapping or the value itself."""
    if isinstance(cell, Mapping):
        return cell.get("value")
    return getattr(cell, "value", cell)


def colour_class(colour: str | None) -> str:
    """The class of a tag's colour; none for the ordinary one."""
    return f"govuk-tag--{colour}" if colour and str(colour).isalpha() else ""


def part(cell: Any, name: str) -> str:
    """What a cell says under `name`; nothing when it is a plain value."""
    found = cell.get(name) if isinstance(cell, Mapping) else getattr(cell, name, "")
    # A string has methods; only what somebody set as text counts.
    return found if isinstance(found, str) else ""


def inside(cell: Any) -> SafeString:
    """A cell's value, as a link, a tag or plain, with its hint beneath."""
    if cell is None or isinstance(cell, str):
        return mark_safe(f"<span>{shown(cell)}</span>")  # noqa: S308 - escaped
    words, hint = shown(content(cell)), part(cell, "hint")
    if tag := part(cell, "tag"):
        words = components.render("tag", {"text": content(cell), "classes": colour_class(tag)})
    elif href := part(cell, "href"):
        words = format_html('<a class="peel-link" href="{}">{}</a>', href, words)
    below = format_html('<span class="peel-table__hint">{}</span>', hint) if hint else ""
    return mark_safe(f"<span>{conditional_escape(words)}{below}</span>")  # noqa: S308 - escaped


def heading(column: Any) -> str:
    """The words over a column, whether it is a `Column` or plain text."""
    return str(getattr(column, "heading", column) or "")


def kind(column: Any) -> str:
    """The class of a column's cells."""
    if getattr(column, "numeric", False):
        return "peel-table__number"
    return "peel-table__whole" if getattr(column, "nowrap", False) else ""


def after_first(cells: Sequence[Any], columns: Sequence[Any]) -> SafeString:
    """Every cell of a row but the first, each labelled for when it stands on a phone's card.

    Cells beyond the last column stand beside an empty heading.
    """
    parts = []
    for place, cell in enumerate(cells[1:], start=1):
        column = columns[place] if place < len(columns) else ""
        label, style = escape(heading(column)), kind(column)
        marked = f' class="{style}"' if style else ""
        parts.append(f'<td role="cell" data-label="{label}"{marked}>{inside(cell)}</td>')
    return mark_safe("".join(parts))  # noqa: S308 - label and content are escaped
