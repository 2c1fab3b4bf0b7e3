"""What these pages share: the tabs, and running a command within a purpose of its own."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from peel.machine import registry
from peel.machine.ui import parts
from peel.services.notify import rules

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.records.models import Record

TABS = (
    ("Inbox", "notices", ""),
    ("What I watch", "notices-watching", ""),
    ("Muted", "notices-mutes", ""),
    ("Break-glass acts", "break-glass-acts", ""),
    ("Break the glass", "break-glass", rules.BREAK_GLASS),
)


def tabs(identity: "Identity", here: str) -> list[dict[str, Any]]:
    """The tabs that the identity may open."""
    return [
        {"label": label, "href": reverse(name), "current": name == here}
        for label, name, permission in TABS
        if not permission or identity.may(permission)
    ]


def page_of(record: "Record") -> str:
    """Where a record's page is."""
    sheet = registry.sheet_of(record.kind)
    return reverse(f"{sheet.url_name}-page", args=[record.reference])


def name_of(record: "Record | None") -> str:
    """Kind, reference and title; the same words for every record that may not be seen."""
    if record is None:
        return "A restricted record that you cannot see"
    return f"{registry.sheet_of(record.kind).title} {record.reference} {record.title}"


def cell_of(record: "Record | None") -> parts.Cell:
    """The same as a cell of a table, which leads to the record."""
    return parts.Cell(name_of(record), page_of(record) if record else "")


def read_id(text: str) -> UUID | None:
    """The id that a form sent; None for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return None
