"""The derived list page."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access.markings import Marking
from peel.machine.commands.registry import command_creating
from peel.machine.pages.reading import reading, require
from peel.machine.queries.asking import NEWEST, Asked, read_question, sortable
from peel.machine.queries.facets import Counted, count
from peel.machine.queries.listing import Listed, list_page
from peel.machine.show import field_title, of_record, plain
from peel.machine.ui import parts

if TYPE_CHECKING:
    from peel.machine.sheets import Column, Sheet


def heading(sheet: "Sheet", column: "Column") -> str:
    """A column's heading: its own, else the field's name."""
    if column.heading:
        return column.heading
    return field_title(sheet, column.field)


def cell(sheet: "Sheet", column: "Column", record: Any) -> str:
    """What a column shows of a record."""
    return plain(column.value(record)) if column.value else of_record(sheet, record, column.field)


@reading
def show_list(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """The list of a kind: facets, rows, links to first, previous and next."""
    name = f"{sheet.kind}.list"
    identity = require(request, sheet.may.view, name=name, query=request.GET.urlencode())
    asked = read_question(sheet, request.GET)
    listed = list_page(sheet, identity, asked)
    counted = count(sheet, identity, asked)
    create = command_creating(sheet.model)
    chosen = sum(len(values) for values in asked.chosen.values())
    context = {
        "sheet": sheet,
        "asked": asked,
        "table": _table(sheet, asked, listed, request),
        "facets": _facets(counted, asked, request),
        "chosen_count": chosen,
        "clear": "?" + _query(request, at=None, **dict.fromkeys(sheet.facets)) if chosen else "",
        "pager": _pager(sheet, asked, listed, counted, request),
        "create": create if create and identity.may(create.permission) else None,
        "create_url": reverse(f"{sheet.url_name}-create"),
        "kept": [(n, v) for n in (*sheet.facets, "sort") for v in request.GET.getlist(n)],
    }
    return TemplateResponse(request, "machine/list.html", context)


def _table(sheet: "Sheet", asked: Asked, listed: Listed, request: HttpRequest) -> parts.Table:
    sorts = sortable(sheet)
    state = [parts.Column("State")] if sheet.flow else []
    columns = [
        parts.Column("Reference"),
        *(_column(c.field, heading(sheet, c), sorts, asked, request) for c in sheet.columns),
        *state,
        _column(NEWEST, "Recorded", sorts, asked, request),
    ]
    noun = sheet.title_plural.lower()
    empty = f"No {noun} fit. Clear a filter or search for something else."
    if not (asked.chosen or asked.text or asked.since or asked.until or asked.place):
        empty = f"No {noun} that you can see are recorded yet."
    rows = [_row(sheet, record) for record in listed.rows]
    return parts.Table(
        sheet.title_plural, columns, rows, empty, caption_hidden=True, selectable=True
    )


def _row(sheet: "Sheet", record: Any) -> parts.Row:
    cells: list[Any] = [record.reference, *(cell(sheet, c, record) for c in sheet.columns)]
    if sheet.flow:
        state = sheet.flow.state(record.state)
        cells.append(parts.Cell(state.title, tag=state.colour))
    marking = Marking(record.marking)
    return parts.Row(
        cells=[*cells, record.created_at],
        href=reverse(f"{sheet.url_name}-page", args=[record.reference]),
        restricted=record.restricted,
        marking=str(marking.label) if marking > Marking.OFFICIAL else "",
        key=str(record.pk),
        version=record.version,
        value=record.reference,
    )


def _column(
    field: str, title: str, sorts: tuple[str, ...], asked: Asked, request: HttpRequest
) -> parts.Column:
    if field not in sorts:
        return parts.Column(title)
    active = field == asked.sort
    direction = ("descending" if asked.descending else "ascending") if active else ""
    towards = "" if active and asked.descending else "-"
    return parts.Column(title, "?" + _query(request, sort=f"{towards}{field}", at=None), direction)


def _query(request: HttpRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return query.urlencode()


def _toggled(request: HttpRequest, facet: str, value: str) -> str:
    query = request.GET.copy()
    query.pop("at", None)
    values = query.getlist(facet)
    values = [v for v in values if v != value] if value in values else [*values, value]
    query.setlist(facet, values)
    return "?" + query.urlencode()


def _facets(counted: Counted, asked: Asked, request: HttpRequest) -> list[parts.Facet]:
    return [
        parts.Facet(
            group.title,
            [
                parts.FacetOption(
                    value.label,
                    f"{value.count:,}",
                    _toggled(request, group.name, value.value),
                    value.chosen,
                    value.value,
                )
                for value in group.values
            ],
            group.name,
        )
        for group in counted.groups
    ]


def _pager(
    sheet: "Sheet", asked: Asked, listed: Listed, counted: Counted, request: HttpRequest
) -> parts.Pager:
    noun = sheet.title if counted.total == 1 else sheet.title_plural
    return parts.Pager(
        first="?" + _query(request, at=None) if asked.place else "",
        next="?" + _query(request, at=listed.next) if listed.next else "",
        previous="?" + _query(request, at=listed.previous) if listed.previous else "",
        total=f"{'more than ' if counted.more else ''}{counted.total:,} {noun.lower()}",
    )
