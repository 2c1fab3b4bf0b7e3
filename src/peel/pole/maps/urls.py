"""The addresses of maps: two below each list of a kind with places, and the base map."""

from functools import partial
from typing import TYPE_CHECKING

from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from peel.pole.maps import pages
from peel.pole.maps.base import show_base
from peel.pole.maps.shapes import has_places

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

urlpatterns = [path("maps/base/<path:name>", show_base, name="map-base")]


def urls_of(sheet: "Sheet") -> list[URLPattern]:
    """The map of a list, where the kind has places."""
    if not has_places(sheet):
        return []
    stem = f"{sheet.kind.replace('.', '/')}/map/"
    views = (("map", stem, pages.show_map), ("map-data", f"{stem}data/", pages.show_data))
    return [
        path(route, require_safe(partial(view, sheet=sheet)), name=f"{sheet.url_name}-{name}")
        for name, route, view in views
    ]
