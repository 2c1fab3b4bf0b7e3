"""The derived page of one record: sections, panels, moves and the latest of its history."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Officer
from peel.kernel.base import clock
from peel.kernel.records import glass
from peel.kernel.records.models import Recent, Restriction
from peel.machine import registry
from peel.machine.commands.problems import Invalid, NotFound, NotPermitted
from peel.machine.commands.registry import Command, commands, commands_on, other_writers
from peel.machine.live.mark import mark
from peel.machine.pages.reading import one_record, reading, require
from peel.machine.queries.history import Version, history
from peel.machine.sheets import Panel, PanelBody
from peel.machine.show import exact, field_title, of_record
from peel.machine.ui import parts

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

# How many rows of a panel, versions and buttons that stay in sight a record's page shows.
ROWS, VERSIONS, BUTTONS = 20, 5, 3


@reading
def show_record(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """The page of a record."""
    return page_of(request, sheet, reference)


def page_of(
    request: HttpRequest,
    sheet: "Sheet",
    reference: str,
    template: str = "machine/record.html",
    more: Callable[[Any, "Identity"], dict[str, Any]] = lambda record, identity: {},
) -> HttpResponseBase:
    """The page, for a view of a kind's own too: its template and what it shows besides."""
    identity = require(request, sheet.may.view, name=f"{sheet.kind}.view")
    live = mark()
    record = one_record(sheet, identity, reference)
    if (elsewhere := registry.stand_in(request, sheet, record, identity)) is not None:
        return elsewhere
    Recent.objects.update_or_create(
        appointment_id=identity.appointment_id, record_id=record.pk, defaults={"at": clock.now()}
    )
    moves = offered(sheet, record, identity)
    filled, folded = sections(sheet, record)
    entries = with_people(history(sheet, record, VERSIONS))
    context = {
        **around(request, sheet, record, identity),
        "live": live.on(record.pk),
        "live_said": f"Changed by {entries[0].by} just now: {entries[0].title}." if entries else "",
        "sections": filled,
        "folded": folded,
        "folded_count": sum(len(names) for _, names in folded),
        "tabs": tabs(sheet, record, identity),
        "moves": moves[:BUTTONS],
        "others": moves[BUTTONS:],
        "entries": entries,
        "restriction": Restriction.objects.filter(record=record).first()
        if record.restricted
        else None,
        "glass": glass.seen_by(identity, record.pk) if record.restricted else None,
        **more(record, identity),
    }
    return TemplateResponse(request, template, context)


@reading
def show_panel(request: HttpRequest, sheet: "Sheet", reference: str, name: str) -> HttpResponseBase:
    """All the rows of one panel, a page at a time."""
    query = request.GET.urlencode()
    identity = require(request, sheet.may.view, name=f"{sheet.kind}.panel", query=f"{name} {query}")
    record = one_record(sheet, identity, reference)
    panel = next((each for each in registry.panels_of(sheet) if each.name == name), None)
    if panel is None:
        raise NotFound
    if panel.permission and not identity.may(panel.permission):
        raise NotPermitted
    body = rows_from(panel, record, identity, request.GET.get("from", ""))
    context = {
        **around(request, sheet, record, identity),
        "panel": panel,
        "body": body,
        "pager": parts.Pager(
            first="?" if request.GET.get("from") else "",
            next=f"?{urlencode({'from': body.next})}" if body.next else "",
            total=f"{body.count:,} in all",
        ),
    }
    return TemplateResponse(request, "machine/record_panel.html", context)


def rows_from(panel: Panel, record: Any, identity: "Identity", place: str) -> PanelBody:
    """A panel's rows from a place on. Raises Invalid for a place that is not one of its."""
    if panel.page is None:
        return panel.body(record, identity)
    try:
        return panel.page(record, identity, place)
    except ValueError:
        raise Invalid({"from": ["This place is not one of ours. Start again."]}) from None


def around(
    request: HttpRequest, sheet: "Sheet", record: Any, identity: "Identity"
) -> dict[str, Any]:
    """What every page about a record says of it, and the way back."""
    return {
        "sheet": sheet,
        "record": record,
        "state": sheet.flow.state(record.state) if sheet.flow else None,
        "marking": str(Marking(record.marking).label),
        "list_url": list_url(request, sheet),
        "page_url": reverse(f"{sheet.url_name}-page", args=[record.reference]),
        "compare_url": reverse(f"{sheet.url_name}-compare", args=[record.reference]),
        "timeline_url": reverse(f"{sheet.url_name}-timeline", args=[record.reference]),
        "flags": (flags := registry.flags_of([record.pk], identity).get(record.pk, [])),
        "warnings": [flag for flag in flags if flag.text],
        "tags": [(flag.word, flag.colour) for flag in flags],
        "subpages": [
            (page.title, reverse(f"{sheet.url_name}-{page.name}", args=[record.reference]))
            for page in registry.record_pages()
            if page.title and (not page.permission or identity.may(page.permission))
        ],
    }


def list_url(request: HttpRequest, sheet: "Sheet") -> str:
    """The list of the kind, as it was asked when a record was last opened from it."""
    where, came = reverse(f"{sheet.url_name}-list"), urlsplit(request.headers.get("Referer", ""))
    session: Any = request.session
    asked = session.get("lists", {})
    if (came.netloc, came.path) == (request.get_host(), where):
        query = came.query[:2000]
        if asked.get(sheet.kind, "") != query:
            session["lists"] = asked = {**asked, sheet.kind: query}
    return f"{where}?{asked[sheet.kind]}" if asked.get(sheet.kind) else where


Folded = list[tuple[str, list[str]]]


def sections(sheet: "Sheet", record: Any) -> tuple[list[parts.SummarySection], Folded]:
    """The sheet's sections with what each field shows, and the names of the empty by section."""
    filled, folded = [], []
    for section in sheet.sections:
        rows, empty = [], []
        for name in section.fields:
            title, words = field_title(sheet, name), of_record(sheet, record, name)
            if words:
                rows.append(parts.SummaryRow(title, words, url_of(getattr(record, name))))
            else:
                empty.append(title)
        if rows:
            filled.append(parts.SummarySection(section.title, rows, hint=section.hint))
        if empty:
            folded.append((section.title, empty))
    return filled, folded


def url_of(value: Any) -> str:
    """Where a value's own page is, if it is a record with one."""
    sheet = registry.sheet_of_model(type(value)) if hasattr(value, "reference") else None
    return reverse(f"{sheet.url_name}-page", args=[value.reference]) if sheet else ""


def panels_for(sheet: "Sheet", identity: "Identity") -> list[Panel]:
    """The panels that the identity may see."""
    found = registry.panels_of(sheet)
    return [panel for panel in found if not panel.permission or identity.may(panel.permission)]


def tabs(sheet: "Sheet", record: Any, identity: "Identity") -> list[dict[str, Any]]:
    """The panels that the identity may see with their first rows; those of one tab together."""
    found: dict[str, dict[str, Any]] = {}
    for panel in panels_for(sheet, identity):
        body = panel.body(record, identity)
        more = bool(body.next) or len(body.rows) > ROWS
        title = panel.tab or panel.title
        tab = found.setdefault(title, {"title": title, "name": panel.name, "count": 0, "parts": []})
        tab["count"] += body.count or 0
        args = [record.reference, panel.name]
        part = {
            "name": panel.name,
            "title": panel.title,
            "body": replace(body, rows=body.rows[:ROWS]) if more else body,
            "all": reverse(f"{sheet.url_name}-panel", args=args) if more else "",
        }
        tab["parts"].append(part)
    return list(found.values())


def offered(sheet: "Sheet", record: Any, identity: "Identity") -> list[parts.Move]:
    """The commands that the identity may do with the record now: moves, edit, then the others."""
    moves = {f"{sheet.kind}.{move.name}" for move in sheet.flow.moves} if sheet.flow else set()
    found = [
        command
        for command in commands_on(sheet.model)
        if identity.may(command.permission) and command.offered(record, identity)
    ]
    edit = [command for command in found if command.name == f"{sheet.kind}.edit"]
    steps = [command for command in found if command.name in moves]
    rest = [command for command in found if command not in (*edit, *steps)]
    # Edit stays in sight however many moves there are.
    before = BUTTONS - len(edit)
    ordered = [*steps[:before], *edit, *steps[before:], *rest]
    return [
        parts.Move(command.title, command_url(sheet, command, record.reference), primary=place == 0)
        for place, command in enumerate(ordered)
    ]


def command_url(sheet: "Sheet", command: Command, reference: str) -> str:
    """Where the page of a command on a record is."""
    return reverse(f"{sheet.url_name}-command", args=[reference, command.slug])


def with_people(versions: list[Version], *, seconds: bool = False) -> list[parts.HistoryEntry]:
    """Versions with the officers' names in place of ids, and the commands' titles."""
    officers = Officer.objects.in_bulk([version.by for version in versions if version.by])
    return [
        parts.HistoryEntry(
            version.number,
            version.at,
            str(officers.get(version.by, "an officer no longer listed")),
            title_of(version.through) if version.through else version.title,
            [parts.Change(d.title, d.before, d.after) for d in version.differences],
            exact(version.at) if seconds else "",
            version.source,
        )
        for version in versions
    ]


def title_of(command: str) -> str:
    """What a command is called on pages; one that is gone, by its name."""
    if command in commands:
        return commands[command].title
    return other_writers.get(command, command.replace("_", " "))
