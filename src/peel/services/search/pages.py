"""The search page: hits by kind with their reasons, facets, pages; suggestions; what is kept."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from peel.kernel.audit import looks
from peel.kernel.base import references
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands import run
from peel.machine.commands.problems import Problem
from peel.machine.commands.registry import commands
from peel.machine.pages.reading import identity_of, problem_page, reading, to_sign_in
from peel.machine.queries.finding import described, kinds_to_view
from peel.services.search import asking, planner, suggesting, tokens
from peel.services.search.commands import KEEP
from peel.services.search.showing import count_of, groups, lines

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

LONGEST, A_PAGE, A_GROUP, LAST_PAGE = 200, 20, 5, 50


@require_safe
@reading
def show_search(request: HttpRequest) -> HttpResponseBase:
    """What fits a question, best first; a reference leads straight to its record."""
    identity = request.identity  # type: ignore[attr-defined]
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    looks.describe(name="site.search", query=text)
    kinds = kinds_to_view(identity)
    if straight := _exact(identity, text, kinds):
        return HttpResponseRedirect(straight)
    asked = tokens.read(text)
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {"text": text, "kind": kind}
    if asked:
        answer = planner.search(asked, kinds)
        context |= _of_kind(request, answer, kind, text) if kind in answer.counts else {
            "groups": groups(answer, identity, A_GROUP)
        }  # fmt: skip
        context["facets"] = _facets(answer, kind, text)
        if request.method == "GET":
            asking.note(identity, text, answer.hits)
        context["kept_as"] = asking.kept_as(identity, text)
    else:
        context |= {"kept": asking.kept(identity, kinds), "lately": asking.lately(identity)}
    context["may_keep"] = identity.may(KEEP)
    context["slip"] = asked.slip
    return TemplateResponse(request, "search/search.html", context)


def _exact(identity: "Identity", text: str, kinds: list[str]) -> str:
    """The address of the record whose whole reference was typed."""
    if not references.looks_like(text):
        return ""
    try:
        normal = references.normalise(text)
    except ValidationError:
        return ""
    found = Record.objects.visible_to(identity).filter(reference=normal, kind__in=kinds).first()
    if found is None:
        return ""
    return reverse(f"{registry.sheet_of(found.kind).url_name}-page", args=[found.reference])


def _of_kind(request: HttpRequest, answer: planner.Answer, kind: str, text: str) -> dict[str, Any]:
    """One page of the hits of a kind."""
    wanted = request.GET.get("page", "1")
    page = min(max(int(wanted), 1), LAST_PAGE) if wanted.isascii() and wanted.isdecimal() else 1
    hits = [hit for hit in answer.hits if hit.kind == kind]
    place = (page - 1) * A_PAGE
    shown = lines(hits[place : place + A_PAGE], request.identity)  # type: ignore[attr-defined]
    first = place + 1 if shown else 0
    return {
        "lines": shown,
        "title": registry.sheet_of(kind).title_plural,
        "count": count_of(answer, kind),
        "first": first,
        "last": place + len(shown),
        "before": _address(text, kind, page - 1) if page > 1 else "",
        "after": _address(text, kind, page + 1) if place + A_PAGE < len(hits) else "",
        # Ranking ends somewhere: who has to look further says more of what he looks for.
        "unlisted": answer.counts[kind] > len(hits) and place + A_PAGE >= len(hits),
    }


def _address(text: str, kind: str = "", page: int = 1) -> str:
    asked = {"q": text} | ({"kind": kind} if kind else {}) | ({"page": page} if page > 1 else {})
    return f"{reverse('search')}?{urlencode(asked)}"


def _facets(answer: planner.Answer, kind: str, text: str) -> list[dict[str, Any]]:
    """The kinds that there are hits of, with how many."""
    order = sorted(answer.counts, key=lambda each: (-answer.counts[each], each))
    found = [
        {"title": registry.sheet_of(each).title_plural, "count": count_of(answer, each),
         "href": _address(text, each), "chosen": each == kind}
        for each in order
    ]  # fmt: skip
    every = {"title": "All kinds", "count": "", "href": _address(text), "chosen": not kind}
    return [every, *found] if found else []


@require_POST
def keep(request: HttpRequest) -> HttpResponseBase:
    """Keep what was asked, and show it again."""
    text = request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST]
    return _run(request, "search.question.keep", _address(text), text=text)


@require_POST
def forget(request: HttpRequest) -> HttpResponseBase:
    """Keep a question no longer."""
    try:
        question_id = UUID(request.POST.get("which", ""))
    except ValueError:
        question_id = None
    return _run(request, "search.question.forget", reverse("search"), question_id=question_id)


def _run(request: HttpRequest, name: str, then: str, **values: Any) -> HttpResponseBase:
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        run(commands[name], identity, values)
    except Problem as problem:
        return problem_page(request, problem)
    return HttpResponseRedirect(then)


@require_safe
@reading
def suggest(request: HttpRequest) -> HttpResponseBase:
    """What may be meant by what is being typed; a look like any other."""
    identity = request.identity  # type: ignore[attr-defined]
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    looks.describe(name="search.suggest", query=text)
    ids = suggesting.suggestions(text, kinds_to_view(identity))
    rows = {row.pk: row for row in Record.objects.visible_to(identity).filter(pk__in=ids)}
    shown = described(identity, [rows[key] for key in ids if key in rows])
    return JsonResponse({"found": [vars(one) for one in shown]})
