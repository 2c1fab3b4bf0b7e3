"""The models: when each was trained, on what, what it weighs; and the decision to use one."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from peel.kernel.access.models import Officer
from peel.machine import registry
from peel.machine.commands import run
from peel.machine.commands.problems import NotFound, Problem
from peel.machine.pages.reading import identity_of, problem_page, reading, require, to_sign_in
from peel.machine.show import plain
from peel.machine.ui import parts
from peel.services.resolution import commands, queries
from peel.services.resolution.engine import model as engine
from peel.services.resolution.engine.comparisons import Level
from peel.services.resolution.forms import ModelForm
from peel.services.resolution.kinds import Described, described
from peel.services.resolution.models import TrainedModel
from peel.services.resolution.pages.queue import tabs
from peel.services.resolution.rules import MODEL_DECIDE, MODEL_VIEW

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

COLOURS = {"waiting": "yellow", "accepted": "green", "refused": "red", "retired": "grey"}


@require_safe
@reading
def show_models(request: HttpRequest) -> HttpResponseBase:
    """The organisation's models and its latest runs."""
    identity = require(request, MODEL_VIEW, name="resolution.models")
    rows = [
        parts.Row(
            [f"Model {row.number}", _plural(row.kind), plain(row.trained_at),
             f"{row.summary.get('records', 0):,}",
             parts.Cell(row.get_state_display(), tag=COLOURS[row.state])],
            href=reverse("resolution-model", args=[row.number]),
        )
        for row in queries.models(identity).defer("content")[:50]
    ]  # fmt: skip
    columns = [parts.Column(words) for words in ("Model", "Of", "Made", "Records", "State")]
    context = {
        "tabs": tabs(identity, "models"),
        "table": parts.Table("Models", columns, rows, "No model was made yet.", True),
        "runs": _runs(identity),
    }
    return TemplateResponse(request, "resolution/models.html", context)


def _plural(kind: str) -> str:
    return registry.sheet_of(kind).title_plural


def _runs(identity: "Identity") -> parts.Table:
    rows = [
        parts.Row(
            [plain(one.began_at), _plural(one.model.kind), f"Model {one.model.number}",
             one.get_state_display(), f"{one.counts.get('joins', 0):,}",
             f"{one.counts.get('ends', 0):,}", f"{one.counts.get('questions', 0):,}",
             f"{one.counts.get('attention', 0):,}"],
            href=reverse("resolution-run", args=[one.pk]),
        )
        for one in queries.runs(identity)[:20]
    ]  # fmt: skip
    headings = ("Began", "Of", "Model", "State", "Judged", "Ended", "To look at", "Attention")
    return parts.Table("Runs", [parts.Column(h) for h in headings], rows,
                       "Nothing was run yet.", True)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def show_model(request: HttpRequest, number: int) -> HttpResponseBase:
    """One model, and the decision."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    sent = request.POST if request.method == "POST" else None
    form = ModelForm(sent, identity=identity)
    if sent is None or not form.is_valid():
        return _model(request, number, form, 200 if sent is None else 422)
    told = form.cleaned_data
    try:
        values = {"number": number, "accept": told["accept"] == "yes", "reason": told["reason"]}
        run(commands.decide_model, identity, values)
    except Problem as problem:
        return problem_page(request, problem)
    messages.success(request, "Your decision is kept with the model.")
    return HttpResponseRedirect(reverse("resolution-model", args=[number]))


@reading
def _model(request: HttpRequest, number: int, form: ModelForm, status: int) -> HttpResponseBase:
    identity = require(request, MODEL_VIEW, name="resolution.model")
    row = queries.models(identity).filter(number=number).first()
    if row is None:
        raise NotFound
    altered, weights, clamped, one = "", None, None, described(row.kind)
    try:
        model = engine.from_json(row.content)
        weights = _declared(model, one) if one else _weights(model)
        clamped = _clamped(model)
    except engine.Altered as problem:
        altered = str(problem)
    waiting = row.state == TrainedModel.State.WAITING
    context = {
        "tabs": tabs(identity, "models"), "row": row, "declared": one is not None,
        "altered": altered, "weights": weights,
        "clamped": clamped, "sections": _facts(row), "form": form,
        "may_decide": waiting and not altered and identity.may(MODEL_DECIDE),
        "tag": (row.get_state_display(), COLOURS[row.state]),
    }  # fmt: skip
    return TemplateResponse(request, "resolution/model.html", context, status=status)


def _facts(row: TrainedModel) -> list[parts.SummarySection]:
    measured = row.measured
    rows = [
        parts.SummaryRow("Of", _plural(row.kind)),
        parts.SummaryRow("Made", plain(row.trained_at)),
        parts.SummaryRow("On", _made_on(row)),
        parts.SummaryRow("Joins by itself", f"from {row.join:g} bits"),
        parts.SummaryRow("Asks a person", f"from {row.review:g} bits"),
        parts.SummaryRow("Fingerprint", row.hash),
    ]  # fmt: skip
    if row.decided_at:
        verb = "Refused" if row.state == TrainedModel.State.REFUSED else "Accepted"
        by = Officer.objects.filter(pk__in=[row.decided_by_id]).first()
        said = f"{verb} {plain(row.decided_at)} by {by or 'an officer no longer listed'}"
        rows.append(parts.SummaryRow("Decision", f"{said}: {row.reason}"))
    sample = [
        parts.SummaryRow(words, f"precision {one['precision']:.3f}, recall {one['recall']:.3f}")
        for name, words in (("join", "Joined by itself"), ("review", "Joined or asked"))
        if (one := measured.get(name))
    ]
    hint = (
        "Nobody had judged a pair when it was trained."
        if not measured
        else (
            f"{measured.get('pairs', 0):,} pairs that people have judged, of which"
            f" {measured.get('same', 0):,} are the same. The model did not see what they said."
        )
    )
    found = [parts.SummarySection("About this model", rows)]
    return [*found, parts.SummarySection("On the labelled sample", sample, hint=hint)]


def _made_on(row: TrainedModel) -> str:
    records = f"{row.summary.get('records', 0):,} records"
    if row.summary.get("declared"):
        return f"What is declared of the kind; {records} were there"
    return f"{records}, {row.summary.get('candidates', 0):,} pairs"


def _declared(model: engine.Model, one: Described) -> parts.Table:
    """What each field weighs by declaration, with the reason; an earlier one's is not known."""
    rows = [
        parts.Row([each.words, level.words, _bits(level),
                   one.reasons.get((each.name, level.words), "")])
        for each in model.comparisons for level in each.levels
    ]  # fmt: skip
    columns = [parts.Column(h, numeric=h == "Bits") for h in ("Field", "When", "Bits", "Because")]
    return parts.Table("What each field weighs", columns, rows, caption_hidden=True)


def _bits(level: Level) -> str:
    return f"{engine.weight(level):+.1f}".replace("-", "−")


def _weights(model: engine.Model) -> parts.Table:
    rows = []
    for each in model.comparisons:
        for level in each.levels:
            if level.m is None or level.u is None:
                continue
            rows.append(parts.Row([
                each.words, level.words,
                _bits(level), f"{level.m:.4f}",
                f"{level.u:.2g}", "Yes" if level.tf else "No",
            ]))  # fmt: skip
    headings = ("Field", "When", "Bits", "Of the same", "Of others", "By how rare it is")
    columns = [parts.Column(h, numeric=h in headings[2:5]) for h in headings]
    return parts.Table("What each field weighs", columns, rows, caption_hidden=True)


def _clamped(model: engine.Model) -> list[str]:
    return [
        f"{one['comparison']}, {one['level']}: {one['weight']:+.1f} bits were learnt"
        for one in engine.clamped(model.comparisons)
    ]
