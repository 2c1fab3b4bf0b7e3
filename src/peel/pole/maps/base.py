"""A force's own base map: the files of the folder that `PEEL_MAP` names, in parts by Range."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from whitenoise.responders import StaticFile

from peel.kernel.base.streaming import streamed

# What a style may name: maps, the style itself, letters and pictures.
MEDIA = {
    ".json": "application/json",
    ".pmtiles": "application/octet-stream",
    ".pbf": "application/x-protobuf",
    ".png": "image/png",
}
PIECE = 256 * 1024


def own_style() -> str:
    """The address of the style of a force's own base map; nothing where Peel's own is shown."""
    return reverse("map-base", args=["style.json"]) if settings.PEEL_MAP else ""


@require_safe
def show_base(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file of the folder, for whoever is signed in: it may be licensed to the force alone."""
    folder = Path(settings.PEEL_MAP or "/nowhere").resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or path.suffix not in MEDIA or not path.is_file():
        raise Http404
    kept = [("Content-Type", MEDIA[path.suffix]), ("Cache-Control", "private, max-age=3600")]
    answer = StaticFile(str(path), kept).get_response(request.method, request.META)
    response = StreamingHttpResponse(streamed(_pieces(answer.file)), status=int(answer.status))
    for header, value in answer.headers:
        response[header] = value
    # A map shows no record, so no line is owed for its parts.
    response.shows_no_record = True  # type: ignore[attr-defined]
    return response


def _pieces(file: Any) -> Any:
    if file is None:
        return
    with file:
        while piece := file.read(PIECE):
            yield piece
