"""What the page around every page needs: who acts, why, and where they may go."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from peel.kernel.audit import context as audit_context
from peel.machine.ui import attributions, navigation
from peel.services.notify.api import waiting

LONGEST_PURPOSE = 90


def shell(request: HttpRequest) -> Mapping[str, Any]:
    """The context processor: one name, `shell`. Only `waiting` asks the database, once drawn."""
    identity = getattr(request, "identity", None)
    return {
        "shell": {
            "name": settings.PEEL_NAME,
            "force": _force(identity),
            "identity": identity,
            "waiting": partial(waiting, identity),
            "purpose": _purpose() if identity else "",
            "navigation": _navigation(request) if identity else [],
            "words": request.GET.get("q", "")[:200],
            "attributions": attributions.lines(),
        }
    }


def _force(identity: Any) -> str:
    """The force that is acted for, else what the installation calls itself beside "Peel"."""
    if name := getattr(identity, "organisation_name", ""):
        return str(name)
    return "" if settings.PEEL_NAME == "Peel" else str(settings.PEEL_NAME)


def _purpose() -> str:
    """The working purpose in words: what was typed, cut to fit the bar, else its kind."""
    purpose = audit_context.current().purpose
    if purpose.text:
        words = purpose.text
        return words if len(words) <= LONGEST_PURPOSE else f"{words[:LONGEST_PURPOSE]}…"
    return purpose.kind


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The navigation in the words of the GOV.UK component."""
    may = request.identity.may  # type: ignore[attr-defined]
    return [
        {"text": link.label, "href": link.href, "active": link.current}
        for link in navigation.links(may, request.path)
    ]
