"""The data office's pages: every fault by unit, and the records that have one."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.access.models import Unit
from peel.kernel.audit import looks
from peel.kernel.base.spreadsheets import CSVWriter
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands.problems import NotFound
from peel.machine.pages.reading import reading, require
from peel.machine.ui import parts
from peel.services.quality import queries
from peel.services.quality.measures import CATEGORIES, MEASURES
from peel.services.quality.rules import VIEW

if TYPE_CHECKING:
    from peel.services.quality.queries import Figure, OfUnit

_HEADINGS = ("Category", "Kind", "Fault", "Records", "Of", "Share", "Weeks ago")


@require_safe
@reading
def show_figures(request: HttpRequest) -> HttpResponseBase:
    """Every fault with its figures, of one unit or of all, and the units side by side."""
    unit = _unit(request)
    identity = require(request, VIEW, name="quality.figures", query=str(unit or ""))
    figures, units = queries.figures(identity, unit)
    context = {
        "counted_at": queries.counted_at(),
        "unit": unit,
        "unit_name": next((each.name for each in units if each.unit == unit), ""),
        "units": [(str(each.unit), each.name, each.unit == unit) for each in units if each.unit],
        "faults": _faults(figures, unit),
        "none": [each.measure.title for each in figures if not each.count],
        "by_unit": _by_unit(units),
        "weeks": queries.BEFORE // 7,
        "csv": f"{reverse('quality-csv')}?{urlencode({'unit': unit or ''})}",
    }
    return TemplateResponse(request, "quality/figures.html", context)


def _unit(request: HttpRequest) -> UUID | None:
    """The unit that is asked for. Raises NotFound for what is no unit."""
    text = request.GET.get("unit", "")
    try:
        unit = UUID(text) if text else None
    except ValueError:
        raise NotFound from None
    if unit is not None and not Unit.objects.filter(pk=unit).exists():
        raise NotFound
    return unit


def _faults(figures: "list[Figure]", unit: UUID | None) -> parts.Table:
    """What was found, category by category, the most first."""
    found = [each for each in figures if each.count]
    rows = [
        parts.Row(
            [
                each.measure.title,
                each.measure.category,
                registry.sheet_of(each.measure.kind).title_plural,
                f"{each.count:,}",
                each.share,
                _change(each),
            ],
            href=_records(each.measure.name, unit),
        )
        for each in sorted(found, key=lambda each: (_place_of(each), -each.count))
    ]
    counted = [parts.Column(title, numeric=True) for title in ("Records", "Share", "Change")]
    words = [parts.Column(title) for title in ("Fault", "Category", "Of")]
    return parts.Table("Faults", [*words, *counted], rows, "Nothing was found.", True)


def _place_of(figure: "Figure") -> int:
    return CATEGORIES.index(figure.measure.category)


def _records(name: str, unit: UUID | None, **more: Any) -> str:
    asked = {"unit": unit, **more}
    query = urlencode({key: value for key, value in asked.items() if value})
    return reverse("quality-records", args=[name]) + (f"?{query}" if query else "")


def _change(figure: "Figure") -> str:
    """More or fewer than some weeks ago; restricted records are not in what was kept of then."""
    if figure.before is None:
        return "First count"
    change = figure.count - figure.before
    return f"{change:+,}" if change else "None"


def _by_unit(units: "list[OfUnit]") -> parts.Table:
    rows = [
        parts.Row(
            [each.name, f"{each.whole:,}", *(f"{each.by_category[c]:,}" for c in CATEGORIES)],
            href=f"?{urlencode({'unit': each.unit})}" if each.unit else "",
        )
        for each in units
    ]
    counted = [parts.Column(title, numeric=True) for title in ("Records", *CATEGORIES)]
    return parts.Table("By unit", [parts.Column("Unit"), *counted], rows, "No records yet.", True)


@require_safe
@reading
def take_figures(request: HttpRequest) -> HttpResponseBase:
    """The same figures as a CSV file; it names no record."""
    unit = _unit(request)
    identity = require(request, VIEW, name="quality.figures", query=f"csv {unit or ''}".strip())
    figures, _ = queries.figures(identity, unit)
    writer = CSVWriter()
    rows = [
        [each.measure.category, registry.sheet_of(each.measure.kind).title_plural,
         each.measure.title, each.count, each.whole, each.share,
         "" if each.before is None else each.before]
        for each in figures
    ]  # fmt: skip
    body = writer.head("", list(_HEADINGS)) + writer.rows(rows)
    response = HttpResponse(body, content_type=writer.media_type)
    response["Content-Disposition"] = 'attachment; filename="data-quality.csv"'
    return response


@require_safe
@reading
def show_records(request: HttpRequest, name: str) -> HttpResponseBase:
    """The records that have a fault, the newest first, and what to do about it."""
    unit = _unit(request)
    identity = require(request, VIEW, name="quality.records", query=f"{name} {unit or ''}".strip())
    measure = MEASURES.get(name)
    if measure is None:
        raise NotFound
    keys, then = queries.records_with(identity, measure, unit, _place(request))
    found = Record.objects.visible_to(identity).select_related("owner_unit").in_bulk(keys)
    looks.note(found)
    page = f"{registry.sheet_of(measure.kind).url_name}-page"
    rows = [
        parts.Row(
            [f"{record.reference} {record.title}", record.owner_unit or "", record.created_at],
            href=reverse(page, args=[record.reference]),
        )
        for record in (found[key] for key in keys if key in found)
    ]
    columns = [parts.Column("Record"), parts.Column("Unit"), parts.Column("Recorded", nowrap=True)]
    context = {
        "measure": measure,
        "back": f"{reverse('quality')}?{urlencode({'unit': unit or ''})}",
        "table": parts.Table(measure.title, columns, rows, "None has it any more.", True),
        "pager": parts.Pager(
            first=_records(name, unit) if request.GET.get("from") else "",
            next=_records(name, unit, **{"from": then}) if then else "",
        ),
    }
    return TemplateResponse(request, "quality/records.html", context)


def _place(request: HttpRequest) -> UUID | None:
    text = request.GET.get("from", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None
