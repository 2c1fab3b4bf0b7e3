"""Bringing a file in: the list of one's imports, the upload, the preview, the progress."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from peel.kernel.access.identity import speaking
from peel.kernel.audit import looks
from peel.kernel.base.spreadsheets import CSVWriter
from peel.kernel.files.store import Reader
from peel.machine.commands.problems import NotFound, Problem
from peel.machine.commands.runner import run
from peel.machine.pages.reading import identity_of, problem_page, reading, require, to_sign_in
from peel.machine.ui import parts
from peel.machine.ui.mentions import linked
from peel.services.exchange import commands
from peel.services.exchange.files import MOST_BYTES, Table, Unreadable
from peel.services.exchange.forms import MappingForm, UploadForm, answers_of
from peel.services.exchange.importing import look
from peel.services.exchange.models import Import, ImportRow
from peel.services.exchange.rules import IMPORT
from peel.services.exchange.shapes import KEY_LABEL, Shape, importable, shape_of

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

State = Import.State
COLOURS = {State.LOOKED_AT: "grey", State.WAITING: "yellow", State.RUNNING: "yellow",
           State.DONE: "green", State.STOPPED: "red"}  # fmt: skip
SHOWN = 50


@require_safe
@reading
def show_imports(request: HttpRequest) -> HttpResponseBase:
    """One's own imports, the newest first, and the templates."""
    identity = require(request, IMPORT, name="exchange.imports")
    mine = Import.objects.filter(appointment_id=identity.appointment_id).defer("content")
    rows = [
        parts.Row(
            [one.name, _title(one.what), one.began_at, parts.Cell(one.get_state_display(),
             tag=COLOURS[State(one.state)]), _counted(one)],
            href=reverse("exchange-import", args=[one.pk]),
        )
        for one in mine.order_by("-began_at")[:SHOWN]
    ]  # fmt: skip
    headings = ("File", "Holds", "Brought", "State", "Rows")
    table = parts.Table("Imports", [parts.Column(h) for h in headings], rows,
                        "You have imported nothing yet.", True)  # fmt: skip
    kinds = [s for s in importable() if identity.may(s.may.create)]
    return TemplateResponse(request, "exchange/imports.html", {"table": table, "kinds": kinds})


def _title(kind: str) -> str:
    return shape_of(kind).sheet.title_plural


def _counted(one: Import) -> str:
    said = [f"{one.counts[s]:,} {s.label.lower()}" for s in ImportRow.State if one.counts.get(s)]
    return ", ".join(said) or f"{one.rows:,}"


@require_safe
@reading
def take_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """An empty file of a kind: its headings, and under each what may be said."""
    identity = require(request, IMPORT, name="exchange.template")
    if kind not in {sheet.kind for sheet in importable() if identity.may(sheet.may.create)}:
        raise NotFound
    writer = CSVWriter()
    columns = shape_of(kind).columns.values()
    body = writer.head("", [KEY_LABEL, *(column.label for column in columns)])
    return _download(body, f"{kind.replace('.', '-')}-template.csv")


def _download(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=CSVWriter.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponseBase:
    """The form that takes the file."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    sent = request.POST if request.method == "POST" else None
    first = {"what": request.GET.get("what", "pole.nominal")}
    try:
        with speaking(identity):
            require(request, IMPORT, name="exchange.import.begin")
            form = UploadForm(sent, identity=identity, initial=first)
            valid = form.is_valid()
        if valid and (made := _brought(request, identity, form)):
            return HttpResponseRedirect(reverse("exchange-import", args=[made.pk]))
    except Problem as problem:
        return problem_page(request, problem)
    status = 200 if sent is None else 422
    context = {"form": form, "most": MOST_BYTES}
    with speaking(identity):
        page = TemplateResponse(request, "exchange/bring.html", context, status=status)
        return page.render()


def _brought(request: HttpRequest, identity: "Identity", form: UploadForm) -> Import | None:
    """The import of the file that was sent, or what is wrong with it in the form."""
    upload: Any = request.FILES.get("file")
    if upload is None:
        form.add_error(None, "Choose a file. If you did, it is empty, or you may send no files.")
        return None
    incoming = upload.incoming
    if incoming.size > MOST_BYTES:
        form.add_error(None, f"The file is larger than {MOST_BYTES >> 20} MB. Send it in parts.")
        return None
    what = form.cleaned_data["what"]
    try:
        content = b"".join(Reader(incoming).stream())
        table = Table(content)
        shape = shape_of(what)
        guessed = table.guessed(shape.columns)
        rows = sum(1 for _ in table.rows({}, ""))
    except Unreadable as problem:
        form.add_error(None, str(problem))
        return None
    columns = {str(place): name for place, name in guessed.items()}
    values = {"what": what, "name": upload.safe_name, "content": content, "rows": rows,
              "mapping": {"columns": columns, "headings": table.headings}}  # fmt: skip
    made: Import = run(commands.begin, identity, values)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def show_import(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """One import: before it is started its preview, then how far it is and what became of it."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        with speaking(identity):
            require(request, IMPORT, name="exchange.import")
            found = one_import(identity, import_id)
            if found.state != State.LOOKED_AT:
                return _progress(request, identity, found)
            shape = shape_of(found.what)
            table = Table(bytes(found.content or b""))
            form = _form(request, identity, found, shape, table)
            valid = request.method == "POST" and form.is_valid()
        if valid:
            return _answered(request, identity, found, form)
        with speaking(identity):
            return _preview(request, identity, found, shape, form)
    except Problem as problem:
        return problem_page(request, problem)


def one_import(identity: "Identity", import_id: UUID) -> Import:
    """One's own import. Raises NotFound alike for none and for another's."""
    mine = Import.objects.filter(appointment_id=identity.appointment_id, pk=import_id)
    found = mine.first()
    if found is None:
        raise NotFound
    return found


def _form(
    request: HttpRequest, identity: "Identity", found: Import, shape: Shape, table: Table
) -> MappingForm:
    first = [list(row.cells) for row, _ in zip(table.rows({}, ""), range(3), strict=False)]
    sent = request.POST if request.method == "POST" else None
    return MappingForm(
        sent, identity=identity, shape=shape, headings=table.headings, first=first,
        initial=answers_of(found.mapping),
    )  # fmt: skip


def _answered(
    request: HttpRequest, identity: "Identity", found: Import, form: MappingForm
) -> HttpResponseBase:
    step = request.POST.get("step", "check")
    if step == "drop":
        run(commands.drop, identity, {"import_id": found.pk})
        messages.success(request, f"{found.name} was dropped. Nothing was imported.")
        return HttpResponseRedirect(reverse("exchange-imports"))
    mapping = form.mapping | {"headings": found.mapping.get("headings", [])}
    values = {"import_id": found.pk, "mapping": mapping}
    run(commands.map_columns, identity, values)
    if step == "start":
        run(commands.start, identity, {"import_id": found.pk})
    return HttpResponseRedirect(request.path)


def _preview(
    request: HttpRequest, identity: "Identity", found: Import, shape: Shape, form: MappingForm
) -> HttpResponseBase:
    preview = look(found, shape, identity)
    faults = parts.Table(
        "What is wrong", [parts.Column(h) for h in ("Line", "Column", "What is wrong")],
        [
            parts.Row([line, column, linked(text, identity)])
            for line, column, text in preview.faults[:SHOWN]
        ],
        caption_hidden=True,
    )  # fmt: skip
    first = _first_rows(preview.headings, preview.first)
    before = Import.objects.filter(sha256=found.sha256, what=found.what).exclude(pk=found.pk)
    context = {
        "found": found, "sheet": shape.sheet, "form": form, "preview": preview, "first": first,
        "faults": faults, "more": max(0, len(preview.faults) - SHOWN),
        "good": preview.checked - preview.faulty, "before": before.exclude(
            state=State.LOOKED_AT).defer("content").first(),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "exchange/preview.html", context, status=status).render()


def _first_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> parts.Table:
    """The first rows: of the columns that have anything, as many as a page is wide."""
    filled = [at for at in range(len(headings)) if any(any(row[at : at + 1]) for row in rows)][:8]
    return parts.Table(
        "The first rows", [parts.Column(headings[at]) for at in filled],
        [parts.Row([cells[at] if at < len(cells) else "" for at in filled]) for cells in rows],
    )  # fmt: skip


def _progress(request: HttpRequest, identity: "Identity", found: Import) -> HttpResponseBase:
    settled = sum(found.counts.values())
    counts = [
        (s.label, found.counts.get(s, 0)) for s in ImportRow.State if s != ImportRow.State.OUT
    ]
    wrong = ImportRow.objects.filter(of=found, state__in=["r", "q"]).order_by("line")[:SHOWN]
    table = parts.Table(
        "Rows that were not taken", [parts.Column(h) for h in ("Line", "Result", "Why")],
        [
            parts.Row([row.line, row.get_state_display(), linked(row.reason, identity)])
            for row in wrong
        ],
        empty="Every row was taken.",
    )  # fmt: skip
    context = {
        "found": found, "sheet": shape_of(found.what).sheet, "settled": settled, "table": table,
        "counts": counts, "going": found.state in (State.WAITING, State.RUNNING),
        "colour": COLOURS[State(found.state)],
        "not_taken": found.counts.get("r", 0) + found.counts.get("q", 0), "shown": SHOWN,
    }  # fmt: skip
    return TemplateResponse(request, "exchange/progress.html", context).render()


@require_safe
@reading
def take_not_taken(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The rows that were not taken with the reasons, to be put right and sent again."""
    identity = require(request, IMPORT, name="exchange.not_taken")
    found = one_import(identity, import_id)
    rows = ImportRow.objects.filter(of=found, state__in=["r", "q"]).order_by("line")
    headings = list(found.mapping.get("headings", []))
    writer = CSVWriter()
    body = writer.head("", [*headings, "Line", "Result", "Why"])
    for row in rows.iterator(chunk_size=2_000):
        cells = [*(row.cells or []), *[""] * (len(headings) - len(row.cells or []))]
        body += writer.rows([[*cells, row.line, row.get_state_display(), row.reason]])
    looks.describe(name="exchange.not_taken")
    return _download(body, f"not-taken-{found.began_at:%Y%m%d}.csv")
