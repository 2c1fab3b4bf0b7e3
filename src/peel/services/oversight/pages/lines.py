"""The list of lines: filters, rows, links to newer and older lines."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.audit.reading import Line
from peel.machine.pages.reading import reading
from peel.machine.ui import parts
from peel.services.oversight import shown
from peel.services.oversight.forms import FilterForm
from peel.services.oversight.pages import asking
from peel.services.oversight.pages.asking import Place

EMPTY = "No line of the ledger fits. Clear a filter, or choose a longer time."
SPANS = (
    ("Today", {"since": "today", "until": "today"}),
    ("Yesterday", {"since": "yesterday", "until": "yesterday"}),
    ("Last 7 days", {"since": "last 7 days"}),
    ("Last 30 days", {"since": "last 30 days"}),
)


@require_safe
@reading
def show_lines(request: HttpRequest) -> HttpResponseBase:
    """Who looked at what, when and why."""
    identity = asking.auditor(request, "oversight.lines")
    place = Place.of(request)
    form = asking.asked(request, identity)
    good = form.is_valid()
    lines, more = asking.page_of(form.filters(), place) if good else ([], False)
    answers = asking.kept(request)
    context = {
        **asking.surroundings(identity, "oversight-lines"),
        "form": form,
        "spans": _spans(answers),
        "chosen": _chosen(form, answers) if good else [],
        "clear": reverse("oversight-lines"),
        "table": shown.table(lines, identity, EMPTY) if good else None,
        "pager": _pager(lines, more, place, answers),
        "csv": asking.address("oversight-export", answers, ["csv"]),
        "json": asking.address("oversight-export", answers, ["json"]),
    }
    return TemplateResponse(request, "oversight/lines.html", context, status=200 if good else 422)


def _spans(answers: dict[str, str]) -> list[dict[str, Any]]:
    """Short ways to a time: the words stay in the address, so a kept link moves with the days."""
    found = []
    rest = {name: value for name, value in answers.items() if name not in ("since", "until")}
    now = {name: answers[name] for name in ("since", "until") if name in answers}
    for label, span in SPANS:
        where = asking.address("oversight-lines", rest | span)
        found.append({"label": label, "href": where, "current": now == span})
    return found


def _chosen(form: FilterForm, answers: dict[str, str]) -> list[dict[str, str]]:
    """Each filter that is set, as a link that removes it."""
    return [
        {
            "label": label,
            "href": asking.address(
                "oversight-lines", {n: v for n, v in answers.items() if n != name}
            ),
        }
        for name, label in form.said()
    ]


def _pager(lines: list[Line], more: bool, place: Place, answers: dict[str, str]) -> parts.Pager:
    def to(where: dict[str, str] | None) -> str:
        return "" if where is None else asking.address("oversight-lines", answers | where)

    count = f"{len(lines)} line{'' if len(lines) == 1 else 's'}"
    order = "newest first" if place.before is None else "older ones, newest first"
    return parts.Pager(
        first=to({}) if place.before else "",
        previous=to(place.previous()),
        next=to(place.next(lines[-1].id)) if more else "",
        total=f"{count}, {order}" if lines else "",
    )
