"""How events from outside look and are found."""

from typing import Any

from peel.machine.registry import register
from peel.machine.sheets import Column, Numbers, Search, Section, Sheet
from peel.machine.show import plain
from peel.services.exchange.models import OutsideEvent


def _caption(event: Any) -> str:
    when = plain(event.happened_from) if event.happened_from else ""
    return ", ".join(part for part in (event.sort, when) if part)


def _no_names(event: Any) -> list[str]:
    """An event has no name that could be misspelt: its words and numbers find it."""
    return []


OUTSIDE_EVENT = register(
    Sheet(
        model=OutsideEvent,
        caption=_caption,
        icon="event",
        numbers=Numbers("EV"),
        sections=(
            Section("Event", ("sort", "happened_from", "happened_to", "summary")),
            Section("Source", ("source", "source_key")),
        ),
        columns=(Column("sort"), Column("happened_from", "Happened"), Column("source")),
        search=Search(names=_no_names, numbers=lambda e: [e.source_key], body=lambda e: e.summary),
        facets=("sort",),
        retention="outside_event",
    )
)
