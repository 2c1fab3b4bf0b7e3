"""The addresses of a record's files."""

from functools import partial
from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peel.services.attachments import marking, pages

_FILE = "files/<uuid:file_id>/"
_PAGES: tuple[tuple[str, str, Any, Any], ...] = (
    ("files-new", "files/new/", require_http_methods(["GET", "HEAD", "POST"]), pages.add_files),
    ("file", _FILE, require_safe, pages.show_file),
    ("file-content", f"{_FILE}content/", require_safe, pages.hand_out),
    ("file-picture", f"{_FILE}picture/", require_safe, pages.picture),
    ("file-drawing", f"{_FILE}drawing/", require_safe, pages.drawing),
    ("file-play", f"{_FILE}play/", require_safe, pages.play),
    ("file-captions", f"{_FILE}captions/", require_safe, pages.captions),
    ("file-suggest", f"{_FILE}suggest/", require_safe, marking.suggest),
    (
        "file-say",
        f"{_FILE}do/<slug:what>/",
        require_http_methods(["GET", "HEAD", "POST"]),
        marking.say,
    ),
    ("file-check", f"{_FILE}check/", require_POST, pages.check_now),
)
NAMES = tuple(name for name, *_ in _PAGES)


def urls_of(sheet: Any) -> list[URLPattern]:
    """The addresses of the files of one sheet's records."""
    stem = f"{sheet.kind.replace('.', '/')}/<str:reference>/"
    return [
        path(stem + route, allowed(partial(view, sheet=sheet)), name=f"{sheet.url_name}-{name}")
        for name, route, allowed, view in _PAGES
    ]
