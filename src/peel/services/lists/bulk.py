"""The pages of a bulk action: its questions, a preview, the doing bit by bit, each row's result."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access import step_up
from peel.kernel.access.identity import speaking
from peel.kernel.base import references
from peel.kernel.base.spreadsheets import CSVWriter
from peel.machine.commands.problems import Invalid, NotFound, NotPermitted, Problem
from peel.machine.pages.reading import identity_of, problem_page, reading, require, to_sign_in
from peel.machine.queries.asking import read_question
from peel.machine.queries.columns import order_of
from peel.machine.queries.listing import bounded, filters, keys_behind
from peel.machine.ui import parts
from peel.services.lists import commands as work
from peel.services.lists.models import Bulk, BulkRow

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

Outcome = BulkRow.Outcome
COLOURS = {
    Outcome.READY: "turquoise", Outcome.DONE: "green", Outcome.CHANGED: "yellow",
    Outcome.REFUSED: "red", Outcome.FAILED: "orange", Outcome.UNCHECKED: "grey",
}  # fmt: skip


def offer(sheet: "Sheet", identity: "Identity", total: int) -> dict[str, Any]:
    """What the list's form offers: the actions, and whether on all rows that fit."""
    found = work.actions(sheet, identity).values()
    return {
        "list_before": "lists/choose.html",
        "bulk_actions": [(action.name, action.title) for action in found],
        "bulk_all": f"Go on with all {total} that fit" if 1 < total <= work.MOST else "",
    }


@reading
def start_bulk(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """Take the rows that were ticked, or all that fit the list's question, and go on to ask."""
    identity = require(request, sheet.may.view, name=f"{sheet.kind}.bulk")
    may = work.actions(sheet, identity)
    if not may:
        raise NotPermitted
    action = may.get(request.POST.get("action", ""))
    if action is None:
        raise Invalid({"action": ["Go back and choose what to do with the records."]})
    records = _chosen(request, sheet, identity)
    if not records:
        raise Invalid({"row": ["Go back and tick at least one record."]})
    if len(records) > work.MOST:
        raise Invalid({"row": [f"Choose {work.MOST} records or fewer: narrow the list first."]})
    made = work.start(identity, action, sheet.kind, records)
    return HttpResponseRedirect(reverse(f"{sheet.url_name}-bulk", args=[made.pk]))


def _chosen(request: HttpRequest, sheet: "Sheet", identity: "Identity") -> list[Any]:
    """The records that are meant and may be seen, as they stood in the list or were ticked.

    At most one more than is allowed.
    """
    seen = sheet.model.objects.visible_to(identity)
    if request.POST.get("rows") == "all":
        asked = read_question(sheet, request.GET)
        with bounded(asked):
            found = seen.filter(filters(sheet, identity, asked))
            order = order_of(sheet, asked.sorts)
            ids = [pk for pk, *_ in keys_behind(found, order, None, work.MOST + 1)]
        known = seen.in_bulk(ids)
        return [known[pk] for pk in ids if pk in known]
    ticked = dict.fromkeys(map(_normal, request.POST.getlist("row")))
    by_reference = {record.reference: record for record in seen.filter(reference__in=ticked)}
    return [by_reference[reference] for reference in ticked if reference in by_reference]


def _normal(reference: str) -> str:
    try:
        return references.normalise(reference)
    except ValidationError:
        return ""


def show_bulk(request: HttpRequest, sheet: "Sheet", bulk_id: UUID) -> HttpResponseBase:
    """The action's page; a POST takes it one step on."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        with speaking(identity):
            bulk, action = _known(request, sheet, bulk_id)
            form = action.form(request.POST or None, identity=identity, record=_first(sheet, bulk))
            asking = bulk.answers is None
            if request.method != "POST" or (asking and not form.is_valid()):
                context = _context(sheet, bulk, action) | {"form": form}
                status = 200 if request.method != "POST" else 422
                page = TemplateResponse(request, "lists/bulk.html", context, status=status)
                return page.render()
            if asking:
                work.answer(bulk, request.POST)
            elif request.POST.get("step") == "confirm":
                step_up.require(identity, action.command.permission)
                work.confirm(bulk)
            bulk.refresh_from_db()
        work.carry_on(bulk, sheet, identity, action)
    except Problem as problem:
        return problem_page(request, problem)
    return HttpResponseRedirect(request.path)


def _known(request: HttpRequest, sheet: "Sheet", bulk_id: UUID) -> tuple[Bulk, work.Action]:
    identity = require(request, sheet.may.view, name=f"{sheet.kind}.bulk")
    bulk = Bulk.objects.filter(pk=bulk_id, kind=sheet.kind).first()
    if bulk is None:
        raise NotFound
    action = work.actions(sheet, identity).get(bulk.action)
    if action is None:
        raise NotPermitted
    return bulk, action


def _first(sheet: "Sheet", bulk: Bulk) -> Any:
    """A record of the action, for questions that depend on the kind."""
    return sheet.model.objects.filter(pk__in=bulk.rows.values("record")[:1]).first()


def _context(sheet: "Sheet", bulk: Bulk, action: work.Action) -> dict[str, Any]:
    rows = list(bulk.rows.select_related("record").order_by("pk"))
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in Outcome}
    waiting = counts[Outcome.READY if bulk.confirmed_at else Outcome.UNCHECKED]
    phase = "asking" if bulk.answers is None else "done" if bulk.confirmed_at else "preview"
    if phase != "asking" and waiting:
        phase = "doing" if bulk.confirmed_at else "checking"
    return {
        "sheet": sheet, "bulk": bulk, "action": action, "phase": phase,
        "gone": bulk.size - len(rows), "past": len(rows) - waiting, "total": len(rows),
        "counts": [(o.label.lower(), n) for o, n in counts.items() if n],
        "ready": counts[Outcome.READY], "do_it": _do_it(action, counts[Outcome.READY]),
        "table": _table(sheet, rows),
        "list_url": reverse(f"{sheet.url_name}-list"),
    }  # fmt: skip


def _do_it(action: work.Action, ready: int) -> str:
    return f"{action.title} ({ready} record{'' if ready == 1 else 's'})"


def _table(sheet: "Sheet", rows: list[BulkRow]) -> parts.Table:
    return parts.Table(
        "Each record",
        [parts.Column(name) for name in ("Reference", "Title", "Result", "Why")],
        [
            parts.Row(
                [
                    row.record.reference,
                    row.record.title,
                    parts.Cell(Outcome(row.outcome).label, tag=COLOURS[Outcome(row.outcome)]),
                    row.reason,
                ],
                href=reverse(f"{sheet.url_name}-page", args=[row.record.reference]),
            )
            for row in rows
        ],
        caption_hidden=True,
    )


@reading
def show_result(request: HttpRequest, sheet: "Sheet", bulk_id: UUID) -> HttpResponseBase:
    """What became of each row, as CSV."""
    bulk, action = _known(request, sheet, bulk_id)
    rows = bulk.rows.select_related("record").order_by("pk")
    writer = CSVWriter()
    cells = [[r.record.reference, Outcome(r.outcome).label, r.reason] for r in rows]
    body = writer.head(action.title, ["Reference", "Result", "Why"]) + writer.rows(cells)
    response = HttpResponse(body, content_type=writer.media_type)
    response["Content-Disposition"] = f'attachment; filename="result-{bulk.began_at:%Y%m%d}.csv"'
    return response
