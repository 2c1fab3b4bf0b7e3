"""Saved views: the bar above a list, and the page where they are kept."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.machine.commands import run
from peel.machine.commands.problems import Invalid, NotFound, Problem
from peel.machine.commands.registry import commands
from peel.machine.pages.questions import as_query
from peel.machine.pages.reading import identity_of, problem_page, reading, require
from peel.machine.queries.asking import Asked, read_question
from peel.services.lists.models import DefaultView, SavedView
from peel.services.lists.views.commands import SHARE

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

# With these alone in the address, a view opens as it was saved.
_BESIDE = {"view", "at", "size", "density"}


def views_of(sheet: "Sheet", identity: "Identity") -> list[Any]:
    """The views of a list that the identity may open, each with whether it is its default."""
    mine = DefaultView.objects.filter(view=OuterRef("pk"), user_id=identity.user_id)
    found = SavedView.objects.visible_to(identity).filter(kind=sheet.kind, deleted_at=None)
    return list(found.annotate(is_default=Exists(mine)).order_by("name", "pk"))


def opened(kept: list[Any], given: QueryDict) -> tuple[Any, QueryDict]:
    """The view that is open, if it is opened as saved, and the question to read."""
    word = given.get("view", "")
    view = next((v for v in kept if str(v.pk) == word or (not given and v.is_default)), None)
    if view is None or set(given) - _BESIDE:
        return None, given
    query = QueryDict(view.query, mutable=True)
    for name in _BESIDE & set(given) - {"view"}:
        query.setlist(name, given.getlist(name))
    return view, query


def on_list(sheet: "Sheet", identity: "Identity", given: QueryDict) -> Any:
    """What the list's page asks: the question, the key of the view it is of, and the bar."""
    kept = views_of(sheet, identity)
    view, query = opened(kept, given)
    return query, str(view.pk) if view else "", partial(bar, sheet, kept)


def bar(sheet: "Sheet", kept: list[Any], asked: Asked, query: QueryDict) -> dict[str, Any]:
    """What the bar shows: links to the views, the one that is open, where they are kept."""
    current = next((v for v in kept if str(v.pk) == query.get("view")), None)
    return {
        "links": [(v.name, f"?view={v.pk}", v is current) for v in kept],
        "all": "?view=all",
        "current": current,
        "changed": current is not None and _plain(sheet, current) != as_query(asked).urlencode(),
        "gone": "" if current or query.get("view", "all") == "all" else "This view is gone.",
        "keep": reverse(f"{sheet.url_name}-views") + "?" + query.urlencode(),
        "arrange": reverse(f"{sheet.url_name}-arrange") + "?" + query.urlencode(),
    }


def _plain(sheet: "Sheet", view: SavedView) -> str:
    return as_query(read_question(sheet, QueryDict(view.query), lenient=True)).urlencode()


@reading
def show_views(request: HttpRequest, sheet: "Sheet", errors: Any = None) -> HttpResponseBase:
    """Keep the question that was open, and rename, share, replace, delete what is kept."""
    name = f"{sheet.kind}.views"
    identity = require(request, sheet.may.view, name=name)
    query = as_query(replace(read_question(sheet, request.GET, lenient=True), place=None))
    kept = views_of(sheet, identity)
    context = {
        "sheet": sheet,
        "query": query.urlencode(),
        "where": reverse(f"{sheet.url_name}-list"),
        "mine": [view for view in kept if view.user_id == identity.user_id],
        "others": [view for view in kept if view.user_id != identity.user_id],
        "current": request.GET.get("view", ""),
        "reach": SavedView.Shared.choices if identity.may(SHARE) else [],
        "errors": [text for texts in (errors or {}).values() for text in texts],
        "given": request.POST,
        "undo": request.GET.get("deleted", ""),
    }
    status = 422 if errors else 200
    return TemplateResponse(request, "lists/views.html", context, status=status)


def keep_views(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """The page, and what is sent from it: `do` is save, change, default, delete or restore."""
    identity = identity_of(request)
    if request.method != "POST" or identity is None or not identity.may(sheet.may.view):
        return show_views(request, sheet)
    return _send(request, sheet)


def _send(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    do, here = request.POST.get("do", ""), reverse(f"{sheet.url_name}-views")
    try:
        values = _values(sheet, do, request.POST)
        made = run(commands[f"lists.view.{do}"], identity_of(request), values)
    except Invalid as problem:
        return show_views(request, sheet, problem.errors)
    except Problem as problem:
        return problem_page(request, problem)
    if do == "delete":
        return HttpResponseRedirect(f"{here}?deleted={made.pk}")
    said = {"save": "The view is saved.", "restore": "The view is back."}
    messages.success(request, said.get(do, "The change is saved."))
    if do == "save":
        return HttpResponseRedirect(f"{reverse(f'{sheet.url_name}-list')}?view={made.pk}")
    return HttpResponseRedirect(here)


def _values(sheet: "Sheet", do: str, sent: QueryDict) -> dict[str, Any]:
    """The values of the command, checked for their form. Raises Invalid, NotFound."""
    if do not in ("save", "change", "default", "delete", "restore"):
        raise Invalid({"": ["Choose what to do."]})
    values: dict[str, Any] = {n: sent[n] for n in ("name", "shared") if n in sent}
    if "query" in sent and do in ("save", "change"):
        values["query"] = as_query(read_question(sheet, QueryDict(str(sent["query"])))).urlencode()
    if do in ("save", "default"):
        values["kind"] = sheet.kind
    if do == "save":
        values = {"name": "", "query": ""} | values | {"default": "default" in sent}
        return values
    try:
        values["view_id"] = UUID(str(sent["view"])) if sent.get("view") else None
    except ValueError:
        raise NotFound from None
    keep = {"default": ("kind", "view_id"), "change": ("name", "shared", "query", "view_id")}
    return {n: v for n, v in values.items() if n in keep.get(do, ("view_id",))}
