"""The page of a chart, what its script asks while it is drawn, and saving it."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import Officer
from peel.machine.commands import run
from peel.machine.commands.problems import Conflict, Invalid, Problem
from peel.machine.commands.registry import commands
from peel.machine.pages.reading import identity_of, one_record, reading, require, to_sign_in
from peel.machine.pages.records import around
from peel.pole.charts import bodies, paths
from peel.pole.charts.asking import asked, by_of, group_of, key_of, keys_of, referred, when_of
from peel.pole.charts.links import NOW, Clusters, When
from peel.pole.charts.models import Chart
from peel.pole.charts.reading import drawn, expand, groups, members
from peel.pole.charts.table import as_table
from peel.pole.models import LinkType

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

VIEW, CREATE, EDIT, EXPORT = (
    "pole.link.view", "charts.chart.create", "charts.chart.edit", "charts.chart.export",
)  # fmt: skip


@reading
def show_chart(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """A saved chart, or a new one that starts from a record; as a picture and as a table."""
    identity = require(request, sheet.may.view, name="charts.open")
    require(request, VIEW, name="charts.open")
    record = one_record(sheet, identity, reference)
    saved = isinstance(record, Chart)
    errors: dict[str, str] = {}
    picture = opened(identity, record) if saved else expand(identity, record.pk)
    told = None if saved else _path_asked(request, identity, record, picture, errors)
    context = {
        **around(request, sheet, record, identity),
        "saved": saved,
        "picture": picture | {"saved": _saved(record) if saved else None},
        "table": as_table(picture),
        "told": told,
        "asked": request.GET,
        "types": () if saved else LinkType.objects.all(),
        "errors": errors,
        "may_save": identity.may(EDIT if saved else CREATE),
        "may_create": identity.may(CREATE),
        "may_export": identity.may(EXPORT),
        "colours": bodies.COLOURS,
    }
    status = 422 if errors else 200
    return TemplateResponse(request, "charts/chart.html", context, status=status)


def opened(identity: "Identity", chart: Chart, when: When = NOW) -> dict[str, Any]:
    """What of a saved chart its reader may see."""
    named = bodies.ids_of(chart.body)
    keys = [UUID(node["id"]) for node in chart.body.get("nodes", [])]
    picture = drawn(identity, keys, (), when)
    visible = _seen(named, picture)
    body = bodies.seen(chart.body, visible)
    picture["groups"] = _groups(identity, body, when)
    picture["body"] = body
    return picture


def _seen(named: set[UUID], picture: dict[str, Any]) -> set[UUID]:
    """Of the ids that a body names, those whose record is drawn (itself, or by its cluster)."""
    shown = {UUID(node["id"]) for node in picture["nodes"]}
    own = Clusters(named)
    return {key for key in named if own.one(key) in shown}


def _groups(identity: "Identity", body: Any, when: When) -> list[dict[str, Any]]:
    """The groups that were left folded, counted anew."""
    kept = {(g["of"], g["type"], g["way"], g["kind"]) for g in body["groups"]}
    keys = {UUID(g["of"]) for g in body["groups"]}
    if not keys:
        return []
    found = groups(identity, keys, Clusters(keys, when), when)
    shown = [group.shown() for group in found]
    return [g for g in shown if (g["of"], g["type"], g["way"], g["kind"]) in kept]


def _saved(chart: Chart) -> dict[str, Any]:
    return {
        "reference": chart.reference, "version": chart.version, "name": chart.name,
        "purpose": chart.purpose,
    }  # fmt: skip


def _path_asked(
    request: HttpRequest, identity: "Identity", record: Any, picture: Any, errors: dict[str, str]
) -> Any:
    """The path to the record that the form without JavaScript names; it is drawn as well."""
    text = request.GET.get("to", "").strip()
    if not text:
        return None
    try:
        end, by = referred(identity, text), by_of(request.GET)
    except Problem as problem:
        errors["to"] = _words(problem)
        return None
    if request.GET.get("show") == "common":
        shared = paths.common(identity, [record.pk, end], by=by)
        said, ids = shared.said, (*Clusters([record.pk, end]).keys([end]), *shared.near)
    else:
        found = paths.shortest(identity, record.pk, end, by=by)
        said, ids = found.said, found.ids
    way = drawn(identity, ids)
    steps = {UUID(node["id"]): node for node in way["nodes"]}
    known = {node["id"] for node in picture["nodes"]}
    picture["nodes"] += [node for node in way["nodes"] if node["id"] not in known]
    lines = {edge["id"] for edge in picture["edges"]}
    picture["edges"] += [edge for edge in way["edges"] if edge["id"] not in lines]
    listed = ids[1:] if request.GET.get("show") == "common" else ids
    return {"said": said, "steps": [steps[key] for key in listed if key in steps]}


def _words(problem: Problem) -> str:
    """A problem in words, with what is wrong by field."""
    errors = problem.errors if isinstance(problem, Invalid) else {}
    return " ".join(text for each in errors.values() for text in each) or problem.message


def answering(name: str) -> Callable[..., Callable[[HttpRequest], HttpResponseBase]]:
    """A view that answers a script by JSON: a Problem with its status and words."""

    def decorate(
        view: Callable[[HttpRequest, "Identity"], Any],
    ) -> Callable[[HttpRequest], HttpResponseBase]:
        @wraps(view)
        def inner(request: HttpRequest) -> HttpResponseBase:
            identity = identity_of(request)
            if identity is None:
                return to_sign_in(request)
            try:
                require(request, VIEW, name=name)
                found = view(request, identity)
            except Problem as problem:
                return JsonResponse({"message": _words(problem)}, status=problem.status)
            return found if isinstance(found, HttpResponseBase) else JsonResponse(found)

        return inner

    return decorate


def _expand(identity: "Identity", sent: Any, when: When) -> dict[str, Any]:
    picture = expand(identity, key_of(sent, "id"), keys_of(sent, "shown"), when)
    if not any(node["id"] == picture["centre"] for node in picture["nodes"]):
        return {"nodes": [], "edges": [], "groups": []}
    return picture


def _members(identity: "Identity", sent: Any, when: When) -> dict[str, Any]:
    group, place = group_of(sent), str(sent.get("place") or "")
    try:
        return members(identity, group, keys_of(sent, "shown"), when, place)
    except (ValueError, OverflowError):
        raise Invalid({"place": ["This place is not one of ours. Start again."]}) from None


def _again(identity: "Identity", sent: Any, when: When) -> dict[str, Any]:
    """What is shown, as it stood at another moment; what hangs on the folded counted anew."""
    picture = drawn(identity, keys_of(sent, "shown"), (), when)
    if keys := keys_of(sent, "folded"):
        found = groups(identity, keys, Clusters(keys, when), when)
        picture["groups"] = [group.shown() for group in found]
    return picture


def _path(identity: "Identity", sent: Any, when: When) -> dict[str, Any]:
    second = sent.get("to_reference")
    end = referred(identity, second) if second else key_of(sent, "to")
    found = paths.shortest(identity, key_of(sent, "id"), end, when=when, by=by_of(sent))
    picture = drawn(identity, found.ids, keys_of(sent, "shown"), when)
    return picture | {"said": found.said, "path": [str(key) for key in found.ids]}


def _common(identity: "Identity", sent: Any, when: When) -> dict[str, Any]:
    """What at least two of the chosen are linked to."""
    chosen = keys_of(sent, "chosen")
    if not 2 <= len(set(chosen)) <= paths.CHOSEN:
        raise Invalid({"chosen": [f"Select 2 to {paths.CHOSEN} records first."]})
    found = paths.common(identity, chosen, when=when, by=by_of(sent))
    picture = drawn(identity, found.near, keys_of(sent, "shown"), when)
    return picture | {"said": found.said, "common": [str(key) for key in found.near]}


def _named(identity: "Identity", sent: Any, when: When) -> dict[str, Any]:
    """The record of a reference, beside what is shown."""
    key = referred(identity, sent.get("to_reference"))
    one = Clusters([key], when).one(key)
    return drawn(identity, [one], keys_of(sent, "shown"), when) | {"centre": str(one)}


_ACTS = {
    "expand": _expand, "members": _members, "again": _again, "path": _path, "common": _common,
    "named": _named,
}  # fmt: skip


@answering("charts.draw")
def draw(request: HttpRequest, identity: "Identity") -> Any:
    """One step of drawing: expand a node, unfold a group, find a path, or look at another day."""
    sent = asked(request)
    act = sent.get("act")
    if not isinstance(act, str) or act not in _ACTS:
        raise Invalid({"act": [f"Choose one of: {', '.join(_ACTS)}."]})
    require(request, VIEW, name=f"charts.{act}", query=str(sent.get("on") or ""))
    with speaking(identity):
        return _ACTS[act](identity, sent, when_of(sent))


@answering("charts.save")
def save(request: HttpRequest, identity: "Identity") -> Any:
    """Save a chart, new or again. A stale save (409) says who saved it since and what differs."""
    sent = asked(request)
    body = sent.get("body")
    if not sent.get("reference"):
        named = {name: str(sent.get(name) or "") for name in ("name", "purpose")}
        made = run(commands[CREATE], identity, {**named, "body": body})
        return _answer(made)
    try:
        version = int(sent["version"])
    except (KeyError, ValueError, TypeError):
        raise Invalid({"version": ["Say which version was drawn on."]}) from None
    with speaking(identity):
        chart = _chart_of(identity, str(sent["reference"]))
    values = {"record_id": chart.pk, "version": version, "body": body}
    try:
        kept = run(commands["charts.chart.keep"], identity, values, subject=chart.pk)
    except Conflict as conflict:
        with speaking(identity):
            return JsonResponse(_differing(identity, conflict, bodies.cleaned(body)), status=409)
    return _answer(kept)


def _chart_of(identity: "Identity", reference: str) -> Chart:
    from peel.machine.registry import sheet_of_model

    sheet = sheet_of_model(Chart)
    assert sheet is not None  # noqa: S101 - it is registered beside these pages
    found: Chart = one_record(sheet, identity, reference)
    return found


def _answer(chart: Chart) -> dict[str, Any]:
    url = reverse("charts-chart-chart", args=[chart.reference])
    return {**_saved(chart), "url": url}


def _differing(identity: "Identity", conflict: Conflict, mine: bodies.Body) -> dict[str, Any]:
    """The chart as it was saved since, beside what was to be saved; of what the reader may see."""
    current = conflict.current
    picture = opened(identity, current)
    theirs = picture["body"]
    by = Officer.objects.filter(pk=current.changed_by_id).first()
    here = {node["id"] for node in mine["nodes"]}
    there = {node["id"]: node for node in theirs["nodes"]}
    titles = {node["id"]: f"{node['reference']} {node['title']}" for node in picture["nodes"]}
    return {
        "message": f"{by or 'Another officer'} saved this chart while you had it open.",
        "version": current.version,
        "only_theirs": [titles.get(key, "") for key in there if key not in here],
        "only_mine": len(here - there.keys()),
        "picture": picture | {"saved": _saved(current)},
    }
