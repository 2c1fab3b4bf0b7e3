"""The addresses of a list's bulk actions and files."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, path
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from peel.services.lists import arranging, bulk, files
from peel.services.lists.views import pages as views

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

_PAGES: tuple[tuple[str, str, Any, Any], ...] = (
    ("arrange", "arrange/", require_safe, arranging.arrange),
    ("views", "views/", require_http_methods(["GET", "HEAD", "POST"]), views.keep_views),
    ("start-bulk", "bulk/", require_POST, bulk.start_bulk),
    ("bulk", "bulk/<uuid:bulk_id>/", require_http_methods(["GET", "HEAD", "POST"]), bulk.show_bulk),
    ("bulk-result", "bulk/<uuid:bulk_id>/result.csv", require_safe, bulk.show_result),
    # A HEAD would make the whole file and send none of it.
    ("export-csv", "export.csv", require_GET, files.show_csv),
    ("export-xlsx", "export.xlsx", require_GET, files.show_xlsx),
)
NAMES = tuple(name for name, *_ in _PAGES)


def urls_of(sheet: "Sheet") -> list[URLPattern]:
    """The addresses of one sheet's list."""
    stem = f"{sheet.kind.replace('.', '/')}/"
    return [
        path(stem + route, allowed(partial(view, sheet=sheet)), name=f"{sheet.url_name}-{name}")
        for name, route, allowed, view in _PAGES
    ]
