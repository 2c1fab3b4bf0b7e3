"""The derived URLs of every sheet; a sheet's `views` put a plain view in a derived one's place."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from peel.machine import registry
from peel.machine.pages.doing import show_command, show_create
from peel.machine.pages.lists import show_list
from peel.machine.pages.records import show_record
from peel.machine.sheets import Sheet

# A read is asked for by GET or HEAD; what is written is sent by POST. All else is 405.
_ALLOWED: dict[str, Callable[..., Any]] = {
    "list": require_safe,
    "create": require_http_methods(["GET", "HEAD", "POST"]),
    "page": require_safe,
    "command": require_http_methods(["GET", "HEAD", "POST"]),
}


def urls_of(sheet: Sheet) -> list[URLPattern]:
    """List, create, page and commands of one sheet."""
    stem = sheet.kind.replace(".", "/")
    derived: dict[str, tuple[str, Callable[..., Any]]] = {
        "list": (f"{stem}/", show_list),
        "create": (f"{stem}/new/", show_create),
        "page": (f"{stem}/<str:reference>/", show_record),
        "command": (f"{stem}/<str:reference>/<slug:slug>/", show_command),
    }
    return [
        path(
            route,
            _ALLOWED[name](sheet.views.get(name) or partial(view, sheet=sheet)),
            name=f"{sheet.url_name}-{name}",
        )
        for name, (route, view) in derived.items()
    ]


def derived_urls() -> list[URLPattern]:
    """The URLs of all sheets."""
    return [pattern for sheet in registry.sheets() for pattern in urls_of(sheet)]
