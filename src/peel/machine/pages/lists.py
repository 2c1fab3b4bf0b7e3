"""The derived list page."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access.markings import Marking
from peel.kernel.audit import looks
from peel.machine import registry
from peel.machine.commands.problems import Invalid
from peel.machine.commands.registry import command_creating
from peel.machine.live.mark import mark
from peel.machine.pages.questions import as_query
from peel.machine.pages.reading import reading, require
from peel.machine.queries.asking import Asked, read_question
from peel.machine.queries.columns import columns_of, own, sortable
from peel.machine.queries.facets import Counted, count
from peel.machine.queries.listing import Listed, just_changed, list_page
from peel.machine.queries.telling import Told, tell, without
from peel.machine.sheets import Flag
from peel.machine.show import field_title, of_record, plain
from peel.machine.ui import parts

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Column, Sheet

Answer = tuple[Listed, Counted, Asked, list[str]]


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
    """The list of a kind: views, what is asked, facets, rows, links to the neighbouring pages."""
    name = f"{sheet.kind}.list"
    identity = require(request, sheet.may.view, name=name, query=request.GET.urlencode())
    live = mark(kinds=[sheet.kind])
    given, view, bar = _opened(sheet, identity, request.GET)
    listed, counted, asked, errors = _answer(sheet, identity, given, lenient=bool(view))
    query = as_query(asked)
    if view or "view" in request.GET:
        query["view"] = view or request.GET["view"][:36] or "all"
    looks.describe(name=name, query=query.urlencode())
    told = tell(sheet, asked, counted)
    create = command_creating(sheet.model)
    context = {
        "sheet": sheet,
        "live": live,
        "asked": asked,
        "given": given,
        "errors": errors,
        "query": query.urlencode(),
        "density": _density(request, asked),
        "densities": [(d, "?" + changed(query, density=d)) for d in ("comfortable", "compact")],
        "views": bar(asked, query),
        "told": [(each, "?" + _with_view(each.without, query)) for each in told],
        "without": _fitting(sheet, identity, told, query) if not (listed.rows or errors) else [],
        "table": _table(sheet, identity, asked, listed, query),
        "facets": _facets(counted, query),
        "chosen_count": sum(len(values) for values in asked.chosen.values()),
        "clear": "?" + changed(query, **dict.fromkeys(sheet.facets)) if asked.chosen else "",
        "pager": _pager(sheet, asked, listed, counted, query),
        "create": create if create and identity.may(create.permission) else None,
        "create_url": reverse(f"{sheet.url_name}-create"),
        **_added(sheet, identity, counted.total),
        "kept": [(n, v) for n, vs in query.lists() if n not in ("q", "recorded") for v in vs],
    }
    return TemplateResponse(request, "machine/list.html", context, status=422 if errors else 200)


def _answer(sheet: "Sheet", identity: "Identity", given: QueryDict, *, lenient: bool) -> Answer:
    """Rows and counts; of what was wrong either the errors or, of a saved view, what has gone."""
    errors: list[str] = []
    try:
        asked = read_question(sheet, given, lenient=lenient)
    except Invalid as problem:
        asked = replace(read_question(sheet, given, lenient=True), gone=())
        errors = [text for texts in problem.errors.values() for text in texts]
    while not errors:
        try:
            return list_page(sheet, identity, asked), count(sheet, identity, asked), asked, []
        except Invalid as problem:
            told = [text for texts in problem.errors.values() for text in texts]
            left = tuple(c for c in asked.conditions if c.field not in problem.errors)
            if not lenient or len(left) == len(asked.conditions):
                errors = told
            asked = replace(asked, conditions=left, gone=(*asked.gone, *told))
    return Listed([], None, None), Counted(0, False, ()), asked, errors


def _opened(
    sheet: "Sheet", identity: "Identity", given: QueryDict
) -> tuple[QueryDict, str, Callable[..., Any]]:
    """The question to read, by whichever app keeps questions under a name; else the one given."""
    for part in registry.parts():
        if part.opened is not None:
            return part.opened(sheet, identity, given)
    return given, "", lambda asked, query: {}


def _added(sheet: "Sheet", identity: "Identity", total: int) -> dict[str, Any]:
    """What other apps give the page."""
    every = [part.on_list(sheet, identity, total) for part in registry.parts()]
    ways = [way for given in every for way in given.get("list_ways", ())]
    return {name: each for given in every for name, each in given.items()} | {"list_ways": ways}


def changed(query: QueryDict, **changes: str | None) -> str:
    """The query string with some parameters changed, or taken out by None."""
    query = query.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return query.urlencode()


def _with_view(asked: Asked, query: QueryDict) -> str:
    return changed(as_query(asked), view=query.get("view", "all"))


def _density(request: HttpRequest, asked: Asked) -> str:
    """How close the rows stand: as asked or as the view says, else as it was last chosen."""
    held = request.session.get("density", "comfortable")
    if "density" in request.GET and asked.density and asked.density != held:
        request.session["density"] = asked.density
    return asked.density or str(held)


def _fitting(
    sheet: "Sheet", identity: "Identity", told: list[Told], query: QueryDict
) -> list[tuple[str, str, str]]:
    """What would fit without each part of the question: words, how many, where."""
    return [
        (each.words, without(sheet, identity, each), "?" + _with_view(each.without, query))
        for each in told
    ]


def _table(
    sheet: "Sheet", identity: "Identity", asked: Asked, listed: Listed, query: QueryDict
) -> parts.Table:
    shown = columns_of(sheet, asked)
    flags = registry.flags_of([record.pk for record in listed.rows], identity)
    sorts = sortable(sheet)
    notes = just_changed(listed.rows)
    noun = sheet.title_plural.lower()
    empty = f"No {noun} fit what is asked."
    if not (asked.narrowed or asked.place):
        empty = f"No {noun} that you can see are recorded yet."
    return parts.Table(
        sheet.title_plural,
        [_column(c.field, heading(sheet, c), sorts, asked, query) for c in shown],
        [
            _row(sheet, shown, record, notes.get(record.pk, ""), flags.get(record.pk, []))
            for record in listed.rows
        ],
        empty,
        caption_hidden=True,
        selectable=True,
    )


def _row(
    sheet: "Sheet", columns: tuple["Column", ...], record: Any, note: str, flags: list[Flag]
) -> parts.Row:
    marking = Marking(record.marking)
    return parts.Row(
        cells=[_cell(sheet, column, record) for column in columns],
        href=reverse(f"{sheet.url_name}-page", args=[record.reference]),
        restricted=record.restricted,
        marking=str(marking.label) if marking > Marking.OFFICIAL else "",
        key=str(record.pk),
        version=record.version,
        value=record.reference,
        note=note,
        flags=[(flag.word, flag.colour) for flag in flags],
    )


def _cell(sheet: "Sheet", column: "Column", record: Any) -> Any:
    if column.field == "state" and sheet.flow:
        state = sheet.flow.state(record.state)
        return parts.Cell(state.title, tag=state.colour)
    if column.field in ("created_at", "changed_at"):
        return getattr(record, column.field)
    return cell(sheet, column, record)


def _column(
    name: str, title: str, sorts: tuple[str, ...], asked: Asked, query: QueryDict
) -> parts.Column:
    if own(name) not in sorts:
        return parts.Column(title)
    active = own(name) == asked.sort
    direction = ("descending" if asked.descending else "ascending") if active else ""
    towards = "" if active and asked.descending else "-"
    return parts.Column(title, "?" + changed(query, sort=f"{towards}{name}"), direction)


def _toggled(query: QueryDict, facet: str, value: str) -> str:
    query = query.copy()
    values = query.getlist(facet)
    values = [v for v in values if v != value] if value in values else [*values, value]
    query.setlist(facet, values)
    return "?" + query.urlencode()


def _facets(counted: Counted, query: QueryDict) -> list[parts.Facet]:
    return [
        parts.Facet(
            group.title,
            [
                parts.FacetOption(
                    value.label,
                    f"{value.count:,}",
                    _toggled(query, group.name, value.value),
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
    sheet: "Sheet", asked: Asked, listed: Listed, counted: Counted, query: QueryDict
) -> parts.Pager:
    noun = sheet.title if counted.total == 1 else sheet.title_plural
    return parts.Pager(
        first="?" + query.urlencode() if asked.place else "",
        next="?" + changed(query, at=listed.next) if listed.next else "",
        previous="?" + changed(query, at=listed.previous) if listed.previous else "",
        total=f"{'more than ' if counted.more else ''}{counted.total:,} {noun.lower()}",
    )
