"""The derived URLs of every sheet; a sheet's `views` put a plain view in a derived one's place."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from peel.machine import registry
from peel.machine.pages.doing import show_command, show_create
from peel.machine.pages.drafts import discard, show_drafts
from peel.machine.pages.lists import show_list
from peel.machine.pages.printing import show_print
from peel.machine.pages.records import show_panel, show_record
from peel.machine.pages.suggesting import suggest
from peel.machine.pages.timeline import show_compare, show_timeline
from peel.machine.sheets import RecordPage, Sheet

# A read is asked for by GET or HEAD; what is written is sent by POST. All else is 405.
_ALLOWED: dict[str, Callable[..., Any]] = {
    "list": require_safe,
    "create": require_http_methods(["GET", "HEAD", "POST"]),
    "page": require_safe,
    "command": require_http_methods(["GET", "HEAD", "POST"]),
}

for _page in (
    RecordPage("timeline", "Timeline", show_timeline, order=10),
    RecordPage("compare", "Compare versions", show_compare, order=20),
    RecordPage("print", "Print", show_print, order=30),
):
    registry.register_page(_page)


def urls_of(sheet: Sheet) -> list[URLPattern]:
    """List, create, page and commands of one sheet."""
    stem = sheet.kind.replace(".", "/")
    derived: dict[str, tuple[str, Callable[..., Any]]] = {
        "list": (f"{stem}/", show_list),
        "create": (f"{stem}/new/", show_create),
        "suggest": (f"{stem}/suggest/", suggest),
        "page": (f"{stem}/<str:reference>/", show_record),
        "panel": (f"{stem}/<str:reference>/panels/<slug:name>/", show_panel),
        **{
            page.name: (f"{stem}/<str:reference>/{page.name}/", page.view)
            for page in registry.record_pages()
        },
        "command": (f"{stem}/<str:reference>/<slug:slug>/", show_command),
    }
    return [
        path(
            route,
            _view(sheet, name, view),
            name=f"{sheet.url_name}-{name}",
        )
        for name, (route, view) in derived.items()
    ]


def _view(sheet: Sheet, name: str, view: Callable[..., Any]) -> Callable[..., Any]:
    own = sheet.views.get(name)
    made = _ALLOWED.get(name, require_safe)(own or partial(view, sheet=sheet))
    # The pages with a form ask for sign-in themselves, once they have kept what was typed.
    return login_not_required(made) if name in ("create", "command") and not own else made


def derived_urls() -> list[URLPattern]:
    """The URLs of all sheets, and of the drafts of their forms."""
    drafts = [
        path("drafts/", require_safe(show_drafts), name="drafts"),
        path("drafts/<uuid:draft_id>/", require_POST(discard), name="draft-discard"),
    ]
    sheets = registry.sheets()
    parts = [part.urls(sheet) for sheet in sheets for part in registry.parts()]
    derived = [urls_of(sheet) for sheet in sheets]
    return drafts + [pattern for patterns in (*parts, *derived) for pattern in patterns]
