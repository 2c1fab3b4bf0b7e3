"""The home page and the working purpose."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from peel.kernel.audit import context, looks
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands.registry import command_creating
from peel.machine.pages.reading import identity_of, reading, to_sign_in
from peel.machine.queries.finding import kinds_to_view
from peel.modules.investigation.api import caseload

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_RECENT = 10


@require_safe
@reading
def show_home(request: HttpRequest) -> HttpResponseBase:
    """What I am officer in case of, what I opened last, and what I may record."""
    identity = request.identity  # type: ignore[attr-defined]
    looks.describe(name="site.home")
    recent = (
        Record.objects.visible_to(identity)
        .filter(recent__appointment_id=identity.appointment_id)
        .filter(kind__in=kinds_to_view(identity))
        .annotate(opened=F("recent__at"))
        .order_by("-opened")[:MOST_RECENT]
    )
    context_ = {
        "caseload": _lines(caseload(identity), identity),
        "recent": _lines(recent, identity),
        "creates": _creates(identity),
    }
    return TemplateResponse(request, "site/home.html", context_)


def _creates(identity: "Identity") -> list[dict[str, str]]:
    """What may be recorded: each kind by itself, and the many kinds of objects by their page."""
    every = [
        (sheet, command.title)
        for sheet in registry.sheets()
        if (command := command_creating(sheet.model)) and identity.may(command.permission)
    ]
    things = [sheet for sheet, _ in every if sheet.model._meta.app_label == "objects"]
    found = [
        {"title": title, "href": reverse(f"{sheet.url_name}-create")}
        for sheet, title in every
        if sheet not in things
    ]
    return found + [{"title": "Record an object", "href": reverse("objects")}] * bool(things)


def _lines(records: Iterable[Record], identity: "Identity") -> list[dict[str, object]]:
    """Records as lines, each with what must be known of it."""
    records = list(records)
    flags = registry.flags_of([record.pk for record in records], identity)
    return [_line(record) | {"flags": flags.get(record.pk, ())} for record in records]


def _line(record: Record) -> dict[str, object]:
    sheet = registry.sheet_of(record.kind)
    return {
        "record": record,
        "kind": sheet.title,
        "icon": sheet.icon,
        "state": sheet.flow.state(record.state) if sheet.flow else None,
        "href": reverse(f"{sheet.url_name}-page", args=[record.reference]),
    }


def set_purpose(request: HttpRequest) -> HttpResponseBase:
    """Say why one is working: asked for once, kept until it is changed, on every ledger line."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            context.set_purpose(
                request, request.POST.get("kind", ""), request.POST.get("text", "")[:2000]
            )
            messages.success(request, "Your purpose is set.")
            return HttpResponseRedirect(back)
        except ValidationError as problem:
            errors = problem.message_dict
    now = context.Purpose.from_session(request.session.get(context.SESSION_KEY))
    page = {"purpose": now, "errors": errors, "next": back, "typed": request.POST}
    return TemplateResponse(request, "site/purpose.html", page, status=422 if errors else 200)
