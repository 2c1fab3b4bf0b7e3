"""The page that leads to the kinds of objects: too many for the navigation."""

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.audit import looks
from peel.machine import registry
from peel.machine.pages.reading import reading
from peel.machine.sheets import Sheet


@require_safe
@reading
def show_objects(request: HttpRequest) -> HttpResponseBase:
    """Each kind of object that the caller may read or record."""
    may = request.identity.may  # type: ignore[attr-defined]
    looks.describe(name="objects.kinds")
    kinds = [
        {
            "sheet": sheet,
            "list": reverse(f"{sheet.url_name}-list") if may(sheet.may.view) else "",
            "create": reverse(f"{sheet.url_name}-create") if may(sheet.may.create) else "",
        }
        for sheet in _sheets()
        if may(sheet.may.view) or may(sheet.may.create)
    ]
    return TemplateResponse(request, "objects/index.html", {"kinds": kinds})


def _sheets() -> list[Sheet]:
    found = (s for s in registry.sheets() if s.model._meta.app_label == "objects")
    return sorted(found, key=lambda sheet: sheet.title_plural)
