"""The acts of breaking the glass: those that concern the caller, and the page of one."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from peel.kernel.audit import looks
from peel.kernel.base import clock
from peel.kernel.records.models import BreakGlass, Judgement
from peel.machine.commands import run
from peel.machine.commands.problems import NotFound, NotPermitted, Problem
from peel.machine.pages.reading import identity_of, problem_page, reading, to_sign_in
from peel.machine.show import plain
from peel.machine.ui import parts
from peel.services.notify import commands, queries, rules
from peel.services.notify.forms import JudgeForm
from peel.services.notify.pages.around import cell_of, read_id, tabs

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

COLUMNS = [parts.Column(each) for each in ("When", "Who", "Record", "Ground", "Until", "Judgement")]
COLOURS = {"justified": "green", "unjustified": "red", "open": "yellow"}


@require_safe
@reading
def show_acts(request: HttpRequest) -> HttpResponseBase:
    """Every act that concerns me, and my own, the latest first."""
    identity = request.identity  # type: ignore[attr-defined]
    looks.describe(name="records.break_glass.list")
    key = read_id(request.GET.get("before", ""))
    found = queries.acts(identity)
    if key:
        found = found.filter(pk__lt=key)
    rows = list(found[: queries.PAGE + 1])
    shown = rows[: queries.PAGE]
    more = f"?before={shown[-1].pk}" if len(rows) > queries.PAGE else ""
    context = {
        "tabs": tabs(identity, "break-glass-acts"),
        "table": parts.Table(
            "Acts of breaking the glass", COLUMNS, _rows(identity, shown), caption_hidden=True,
            empty="Nobody has broken the glass where it would concern you.",
        ),
        "pager": parts.Pager(
            first=reverse("break-glass-acts") if key else "", next=more,
            total=f"{len(shown)} {'act' if len(shown) == 1 else 'acts'}, newest first"
            if shown else "",
        ),
    }  # fmt: skip
    return TemplateResponse(request, "notify/acts.html", context)


def _rows(identity: "Identity", acts: list[BreakGlass]) -> list[parts.Row]:
    records = queries.seen_records(identity, {act.record_id for act in acts})
    posts = queries.officers({act.by_id for act in acts})
    return [
        parts.Row(
            [
                plain(act.at),
                str(posts.get(act.by_id, "An officer no longer listed")),
                cell_of(records.get(act.record_id)),
                act.get_category_display(),
                _until(act),
                _judgement(identity, act),
            ],
            href=reverse("break-glass-act", args=[act.pk]),
        )
        for act in acts
    ]


def _until(act: BreakGlass) -> str:
    if act.ended_at:
        return f"Ended {plain(act.ended_at)}"
    return plain(act.until)


def _judgement(identity: "Identity", act: BreakGlass) -> parts.Cell:
    """The latest judgement. Whoever broke the glass is not told what was thought of it."""
    if not queries.concerns(identity, act):
        return parts.Cell("Your own act")
    found = sorted(act.judgements.all(), key=lambda each: each.at)
    if not found:
        return parts.Cell("Not judged", tag="orange")
    verdict = found[-1].verdict
    return parts.Cell(Judgement.Verdict(verdict).label, tag=COLOURS[verdict])


@require_http_methods(["GET", "HEAD", "POST"])
def show_act(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """One act, and the form by which it is judged."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    form = JudgeForm(request.POST if request.method == "POST" else None, identity=identity)
    if request.method != "POST" or not form.is_valid():
        return _act(request, act_id, form, 200 if request.method != "POST" else 422)
    try:
        run(commands.judge_break_glass, identity, {"act_id": act_id, **form.cleaned_data})
    except Problem as problem:
        return problem_page(request, problem)
    messages.success(request, "Your judgement is kept with the act.")
    return HttpResponseRedirect(reverse("break-glass-act", args=[act_id]))


@reading
def _act(request: HttpRequest, act_id: UUID, form: JudgeForm, status: int) -> HttpResponseBase:
    identity: Identity = request.identity  # type: ignore[attr-defined]
    looks.describe(name="records.break_glass.act")
    act = queries.acts(identity).filter(pk=act_id).first()
    if act is None:
        raise NotFound
    concerns = queries.concerns(identity, act)
    if request.method == "POST" and not (concerns and identity.may(rules.JUDGE)):
        raise NotPermitted
    looks.note([act.record_id])
    running = act.ended_at is None and act.until > clock.now()
    context = {
        "tabs": tabs(identity, ""),
        "act": act,
        "sections": [_facts(identity, act)],
        "judgements": _judgements(act) if concerns else [],
        "form": form,
        "may_judge": concerns and identity.may(rules.JUDGE),
        "running": running and identity.may(rules.END),
    }
    return TemplateResponse(request, "notify/act.html", context, status=status)


def _facts(identity: "Identity", act: BreakGlass) -> parts.SummarySection:
    record = queries.seen_records(identity, {act.record_id}).get(act.record_id)
    post = queries.officers({act.by_id}).get(act.by_id)
    who = f"{post}, {post.unit_name}".rstrip(", ") if post else "An officer no longer listed"
    cell = cell_of(record)
    return parts.SummarySection(
        "The act",
        [
            parts.SummaryRow("Who", who),
            parts.SummaryRow("Record", cell.value, cell.href),
            parts.SummaryRow("Ground", act.get_category_display()),
            parts.SummaryRow("Reason given", act.reason),
            parts.SummaryRow("When", plain(act.at)),
            parts.SummaryRow("Until", _until(act)),
        ],
    )


def _judgements(act: BreakGlass) -> list[dict[str, Any]]:
    found = sorted(act.judgements.all(), key=lambda each: each.at)
    posts = queries.officers({each.by_id for each in found})
    return [
        {
            "verdict": each.get_verdict_display(),
            "colour": COLOURS[each.verdict],
            "words": each.words,
            "at": plain(each.at),
            "by": str(posts.get(each.by_id, "An officer no longer listed")),
        }
        for each in found
    ]
