"""The search page: hits by kind with their reasons, facets, pages; and suggestions."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.audit import looks
from peel.kernel.base import references
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.pages.reading import reading
from peel.machine.queries.finding import described, kinds_to_view
from peel.services.search import asking, facets, planner, suggesting, telling, tokens
from peel.services.search.commands import KEEP
from peel.services.search.showing import count_of, groups, lines
from peel.services.search.taking import PERMISSION, chosen_kind, typed

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

Pages = Callable[[int], str]
A_PAGE, A_GROUP, LAST_PAGE = 20, 5, 50


@require_safe
@reading
def show_search(request: HttpRequest) -> HttpResponseBase:
    """What fits a question, best first; a reference leads straight to its record."""
    identity = request.identity  # type: ignore[attr-defined]
    text = typed(request.GET)
    looks.describe(name="site.search", query=text)
    kinds = kinds_to_view(identity)
    if straight := _exact(identity, text, kinds):
        return HttpResponseRedirect(straight)
    asked = tokens.read(text)
    context: dict[str, Any] = {"text": text}
    if asked:
        context |= _answered(request, planner.search(asked, kinds), text)
    else:
        context |= {
            "kept_searches": asking.kept(identity, kinds),
            "lately": asking.lately(identity),
        }
    context["may_keep"] = identity.may(KEEP)
    context["slip"] = asked.slip or tokens.passed_over(request.GET.get("q", "").strip())
    return TemplateResponse(request, "search/search.html", context)


def _answered(request: HttpRequest, answer: planner.Answer, text: str) -> dict[str, Any]:
    """What the page shows of an answer, narrowed as its address says."""
    identity = request.identity  # type: ignore[attr-defined]
    kind = chosen_kind(request.GET, answer)
    of_kind = facets.kind_of(answer, kind)
    chosen = facets.chosen_of(of_kind, request.GET)
    held = asking.note(identity, text, answer.hits) if request.method == "GET" else None
    new = asking.new_of(held, answer.hits)
    to = partial(address, text, kind)
    found = facets.narrow(answer, identity, of_kind, chosen, to)
    if kind:
        shown = _of_kind(request, found.answer, kind, partial(to, chosen), new)
    else:
        of = partial(address, text, chosen=chosen)
        shown = {"groups": groups(found.answer, identity, A_GROUP, of, new)}
    return shown | {
        "kind": kind,
        "kinds": _kinds(answer if kind else found.answer, kind, text, {} if kind else chosen),
        "facets": found.facets,
        "chosen_count": len(chosen),
        "clear": to({}) if chosen else "",
        "counted": _counted(answer, kind),
        "kept": held if held and held.kept else None,
        "tellable": bool(telling.parts_of(answer.asked)),
        "take": urlencode({"q": text, **({"kind": kind} if kind else {}), **chosen}),
        "may_take": identity.may(PERMISSION),
    }


def _counted(answer: planner.Answer, kind: str) -> str:
    """Of how many hits the facets tell, where there are more than are listed."""
    listed = [hit for hit in answer.hits if not kind or hit.kind == kind]
    there = answer.counts.get(kind, 0) if kind else sum(answer.counts.values())
    return f"{len(listed):,}" if there > len(listed) or answer.more else ""


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


def _of_kind(
    request: HttpRequest, answer: planner.Answer, kind: str, to: Pages, new: Collection[UUID]
) -> dict[str, Any]:
    """One page of the hits of a kind."""
    wanted = request.GET.get("page", "1")
    page = min(max(int(wanted), 1), LAST_PAGE) if wanted.isascii() and wanted.isdecimal() else 1
    hits = [hit for hit in answer.hits if hit.kind == kind]
    place = (page - 1) * A_PAGE
    identity = request.identity  # type: ignore[attr-defined]
    shown = lines(hits[place : place + A_PAGE], identity, new)
    more = place + A_PAGE < len(hits)
    return {
        "lines": shown,
        "title": registry.sheet_of(kind).title_plural,
        "count": count_of(answer, kind),
        "first": place + 1 if shown else 0,
        "last": place + len(shown),
        "before": to(page - 1) if page > 1 else "",
        "after": to(page + 1) if more else "",
        # Ranking ends somewhere: who has to look further says more of what he looks for.
        "unlisted": answer.counts.get(kind, 0) > len(hits) and not more,
    }


def address(
    text: str, kind: str = "", chosen: Mapping[str, str] = MappingProxyType({}), page: int = 1
) -> str:
    """The address of a question's answer, narrowed to a kind and by facets."""
    asked = {"q": text} | ({"kind": kind} if kind else {}) | dict(chosen)
    return f"{reverse('search')}?{urlencode(asked | ({'page': page} if page > 1 else {}))}"


def _kinds(
    answer: planner.Answer, kind: str, text: str, chosen: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The kinds that there are hits of, with how many."""
    order = sorted(answer.counts, key=lambda each: (-answer.counts[each], each))
    found = [
        {"title": registry.sheet_of(each).title_plural, "count": count_of(answer, each),
         "href": address(text, each, chosen), "chosen": each == kind}
        for each in order
    ]  # fmt: skip
    every = {"title": "All kinds", "count": "", "href": address(text, "", chosen),
             "chosen": not kind}  # fmt: skip
    return [every, *found] if found else []


@require_safe
@reading
def suggest(request: HttpRequest) -> HttpResponseBase:
    """What may be meant by what is being typed; a look like any other."""
    identity = request.identity  # type: ignore[attr-defined]
    text = typed(request.GET)
    looks.describe(name="search.suggest", query=text)
    ids = suggesting.suggestions(text, kinds_to_view(identity))
    rows = {row.pk: row for row in Record.objects.visible_to(identity).filter(pk__in=ids)}
    shown = described(identity, [rows[key] for key in ids if key in rows])
    return JsonResponse({"found": [vars(one) for one in shown]})
