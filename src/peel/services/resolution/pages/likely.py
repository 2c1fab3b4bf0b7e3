"""The likely ones while somebody types: a fragment of the page that records a person."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.base.dates import PartialDate
from peel.machine.forms.base import storable
from peel.machine.pages.reading import reading, require
from peel.services.resolution import matching

CREATE = "pole.nominal.create"
LEAST, MOST = 3, 100


@require_safe
@reading
def show_likely(request: HttpRequest) -> HttpResponseBase:
    """Who is on record that may be the person typed."""
    typed: dict[str, Any] = {name: request.GET.get(name, "").strip()[:MOST]
                             for name in ("given_names", "family_name", "sex")}  # fmt: skip
    identity = require(request, CREATE, name="resolution.likely")
    typed["date_of_birth"] = _born(request.GET.get("date_of_birth", ""))
    enough = len(typed["given_names"]) + len(typed["family_name"]) >= LEAST
    may = identity.may("pole.nominal.view") and all(
        storable(str(value)) for value in request.GET.values()
    )
    found = matching.likely(typed, identity) if enough and may else []
    told = [(each, reverse("pole-nominal-page", args=[each.record.reference])) for each in found]
    return TemplateResponse(request, "resolution/likely.html", {"found": told})


def _born(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text.strip()[:MOST]) if text.strip() else None
    except ValidationError:
        return None
