"""A record as a document on paper: chosen panels, its marking on each page, who printed it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from peel.kernel.base import clock
from peel.machine.pages.reading import one_record, reading, require
from peel.machine.pages.records import around, panels_for, rows_from, sections, with_people
from peel.machine.queries.timeline import timeline
from peel.machine.sheets import Panel, PanelBody
from peel.machine.show import exact

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

MOST = 500
TIMELINE = "timeline"


@reading
def show_print(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """The document. Which parts stand in it is chosen by boxes that are not printed."""
    name, query = f"{sheet.kind}.print", request.GET.urlencode()
    identity = require(request, sheet.may.view, name=name, query=query)
    record = one_record(sheet, identity, reference)
    panels = panels_for(sheet, identity)
    offered = [(panel.name, panel.title) for panel in panels] + [(TIMELINE, "Timeline")]
    # At first every panel; once boxes were ticked, those that were.
    ticked = request.GET.getlist("part")
    chosen = ticked if "chosen" in request.GET else [panel.name for panel in panels]
    entries, more = timeline(sheet, record, identity) if TIMELINE in chosen else ([], "")
    filled, _ = sections(sheet, record)
    context = {
        **around(request, sheet, record, identity),
        "level": record.marking,
        "sections": filled,
        "parts": [(name, title, name in chosen) for name, title in offered],
        "panels": [(p, whole(p, record, identity)) for p in panels if p.name in chosen],
        "told": TIMELINE in chosen,
        "entries": with_people(entries, seconds=True),
        "more": more,
        "printed_at": exact(clock.now()),
        "printed_by": f"{identity.name}, {identity.caption}",
    }
    return TemplateResponse(request, "machine/record_print.html", context)


def whole(panel: Panel, record: Any, identity: "Identity") -> PanelBody:
    """All of a panel's rows, up to 500, without what can be done with them."""
    body = rows_from(panel, record, identity, "")
    while body.next and len(body.rows) < MOST:
        further = rows_from(panel, record, identity, body.next)
        body = replace(body, rows=(*body.rows, *further.rows), next=further.next)
    rows = tuple(replace(row, actions=(), href="") for row in body.rows[:MOST])
    return replace(body, rows=rows, actions=())
