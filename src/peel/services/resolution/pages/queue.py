"""What waits for a person: pairs that a run would not join by itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from peel.kernel.audit import looks
from peel.machine import registry
from peel.machine.commands import run
from peel.machine.commands.problems import NotFound, Problem
from peel.machine.pages.reading import identity_of, problem_page, reading, require, to_sign_in
from peel.machine.show import plain
from peel.machine.ui import parts
from peel.pole.identity import comparing, kinds
from peel.services.resolution import commands, queries
from peel.services.resolution.forms import DecideForm
from peel.services.resolution.models import Proposal
from peel.services.resolution.rules import MODEL_VIEW, POLICY, REVIEW

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

SHOWN = 50


def tabs(identity: "Identity", current: str) -> list[dict[str, Any]]:
    """The ways between the pages of resolution."""
    queue = reverse("resolution-queue")
    found = [("To look at", queue, "queue"),
             ("Needs attention", f"{queue}?show=attention", "attention")]  # fmt: skip
    if identity.may(MODEL_VIEW):
        found.append(("Models", reverse("resolution-models"), "models"))
    if identity.may(POLICY):
        found.append(("Hidden matches", reverse("resolution-policy"), "policy"))
    return [{"label": words, "href": href, "current": name == current}
            for words, href, name in found]  # fmt: skip


@require_safe
@reading
def show_queue(request: HttpRequest) -> HttpResponseBase:
    """The pairs that wait: by weight, or by age those that a guard has kept apart."""
    attention = request.GET.get("show") == "attention"
    identity = require(request, REVIEW, name="resolution.queue", query=request.GET.urlencode())
    may = queries.kinds_of(identity)
    asked = request.GET.get("kind", "")
    rows = list(queries.waiting(attention, [asked] if asked in may else may)[: SHOWN + 1])
    context = {
        "tabs": tabs(identity, "attention" if attention else "queue"), "attention": attention,
        "kinds": _kinds(may, asked, attention),
        "table": _table(rows[:SHOWN], identity, attention), "more": len(rows) > SHOWN,
        "shown": SHOWN,
    }  # fmt: skip
    return TemplateResponse(request, "resolution/queue.html", context)


def _kinds(may: list[str], asked: str, attention: bool) -> list[dict[str, Any]]:
    """The ways to look at pairs of one kind alone, and back to all."""
    show = {"show": "attention"} if attention else {}
    told = [("All", "")]
    told += [(registry.sheet_of(kind).title_plural, kind) for kind in may]
    return [{"label": words, "current": kind == asked,
             "href": f"?{urlencode(show | ({'kind': kind} if kind else {}))}"}
            for words, kind in told]  # fmt: skip


def _table(rows: list[Proposal], identity: "Identity", attention: bool) -> parts.Table:
    seen = queries.records([key for row in rows for key in (row.first_id, row.second_id)], identity)
    headings = ["Two records", "Weight", "Why it waits", "Since" if attention else "What agrees"]
    shown = []
    for row in rows:
        one, two = seen.get(row.first_id), seen.get(row.second_id)
        if one is None or two is None:
            continue
        last = plain(row.made_at) if attention else _agrees(row)
        why = row.why or "Not certain enough to be joined by itself"
        shown.append(parts.Row(
            [parts.Cell(f"{one.title} and {two.title}", hint=f"{one.reference}, {two.reference}"),
             f"{row.weight:.1f} bits", why, last],
            href=reverse("resolution-pair", args=[row.pk]),
        ))  # fmt: skip
    empty = "Nothing needs attention." if attention else "Nothing waits for you."
    columns = [parts.Column(words, nowrap=words == "Weight") for words in headings]
    return parts.Table("Pairs of records", columns, shown, empty, True)


def _agrees(row: Proposal) -> str:
    told = sorted((part for part in row.parts if part[3] and part[2] > 0), key=lambda p: -p[2])
    return "; ".join(part[1] for part in told[:4]) or "Little"


@require_http_methods(["GET", "HEAD", "POST"])
def show_pair(request: HttpRequest, proposal_id: UUID) -> HttpResponseBase:
    """One pair side by side, what each field weighs, and the decision."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    sent = request.POST if request.method == "POST" else None
    form = DecideForm(sent, identity=identity)
    if sent is None or not form.is_valid():
        return _pair(request, proposal_id, form, 200 if sent is None else 422)
    try:
        run(commands.decide, identity, {"proposal_id": proposal_id, **form.cleaned_data})
    except Problem as problem:
        return problem_page(request, problem)
    messages.success(request, "Your judgement is kept.")
    return HttpResponseRedirect(reverse("resolution-queue"))


@reading
def _pair(
    request: HttpRequest, proposal_id: UUID, form: DecideForm, status: int
) -> HttpResponseBase:
    identity = require(request, REVIEW, name="resolution.pair")
    row = queries.proposals().filter(pk=proposal_id).first()
    if row is None:
        raise NotFound
    seen = queries.records([row.first_id, row.second_id], identity)
    sheet = registry.sheet_of(row.run.model.kind)
    kept = {each.pk: each for each in
            sheet.model.objects.visible_to(identity).filter(pk__in=list(seen))}  # fmt: skip
    if len(kept) < 2 or not identity.may(sheet.may.view):
        raise NotFound
    one, two = kept[row.first_id], kept[row.second_id]
    noun = kinds.noun(sheet.kind)
    form.of_a(noun)
    looks.note([one.pk, two.pk])
    steps = waterfall(row.parts, row.weight)
    context = {
        "tabs": tabs(identity, "attention" if row.attention else "queue"), "row": row,
        "one": one, "two": two, "open": row.state == Proposal.State.OPEN,
        "addresses": [(each, _address(sheet, each)) for each in (one, two)],
        "table": comparing.table(sheet, one, two, identity), "steps": steps, "form": form,
        "model": row.run.model, "noun": noun,
    }  # fmt: skip
    return TemplateResponse(request, "resolution/pair.html", context, status=status)


def _address(sheet: Any, record: Any) -> str:
    return reverse(f"{sheet.url_name}-page", args=[record.reference]) + "?source=1"


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: from where to where it goes on a scale of 0 to 100."""

    words: str
    level: str
    bits: float
    x: float
    width: float
    kind: str


def waterfall(told: list[Any], total: float) -> list[Step]:
    """What each field adds, one after the other, from what any two records weigh to the total."""
    known = [part for part in told if part[3]]
    start = total - sum(part[2] for part in known)
    ends = [start]
    for part in known:
        ends.append(ends[-1] + part[2])
    low, high = min(0.0, *ends), max(0.0, *ends)
    scale = 100 / ((high - low) or 1)

    def step(said: tuple[str, str, float], here: float, there: float, kind: str) -> Step:
        left = round((min(here, there) - low) * scale, 1)
        return Step(*said, left, round(max(abs(there - here) * scale, 0.6), 1), kind)

    before = ("Any two records", "before anything is compared", start)
    found = [step(before, 0.0, start, "start")]
    for (words, level, bits, _), here, there in zip(known, ends, ends[1:], strict=False):
        found.append(step((words, level, bits), here, there, "for" if bits >= 0 else "against"))
    found.append(step(("Together", "", total), 0.0, total, "total"))
    missing = [part[0] for part in told if not part[3]]
    if missing:
        found.append(Step(", ".join(missing), "not known of one of them", 0.0, 0.0, 0.0, "none"))
    return found
