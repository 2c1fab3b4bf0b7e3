"""The likely ones while somebody types: a fragment of the pages that record."""

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.machine import registry
from peel.machine.commands import NotFound
from peel.machine.forms.base import storable
from peel.machine.pages.reading import reading, require
from peel.services.resolution import creating, hidden, matching
from peel.services.resolution.matching_people import PEOPLE


@require_safe
@reading
def show_likely(request: HttpRequest) -> HttpResponseBase:
    """What is on record that may be what is typed; the questions are those of the kind's form."""
    kind = request.GET.get("kind", PEOPLE)
    command = creating.creating(kind)
    if command is None:
        raise NotFound
    identity = require(request, command.permission, name="resolution.likely")
    found, whom = [], ""
    if all(storable(text) for texts in request.GET.lists() for text in texts[1]):
        typed = creating.typed(command, request.GET, identity)
        found = matching.likely(kind, typed, identity)
        whom = hidden.whom_to_ask(kind, typed, identity)
    page = f"{registry.sheet_of(kind).url_name}-page"
    told = [(each, reverse(page, args=[each.record.reference])) for each in found]
    return TemplateResponse(request, "resolution/likely.html", {"found": told, "whom": whom})
