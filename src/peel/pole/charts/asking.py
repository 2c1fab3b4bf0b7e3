"""What a browser asks of a chart, read and bounded. Whatever is not understood is refused."""

import datetime
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from peel.kernel.base import references
from peel.machine.commands.problems import Invalid, NotFound
from peel.pole.charts.bodies import NODES
from peel.pole.charts.links import When, visible_records
from peel.pole.charts.paths import By
from peel.pole.charts.reading import Group
from peel.pole.models import LinkType

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

TYPES = 500


def asked(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request. Raises Invalid."""
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid({"": ["Send a JSON object."]})
    return found


def key_of(sent: Mapping[str, Any], name: str) -> UUID:
    """The id under a name. Raises Invalid."""
    try:
        return UUID(sent[name])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Invalid({name: ["This is not an id."]}) from None


def keys_of(sent: Mapping[str, Any], name: str) -> list[UUID]:
    """The ids under a name, none where it is absent. Raises Invalid."""
    given = sent.get(name, [])
    if not isinstance(given, list) or len(given) > NODES:
        raise Invalid({name: [f"A chart holds at most {NODES:,} records."]})
    return [key_of({name: each}, name) for each in given]


def day_of(sent: Mapping[str, Any], name: str) -> datetime.date | None:
    """The day under a name, none where it is absent or empty. Raises Invalid."""
    text = sent.get(name) or ""
    try:
        day = datetime.date.fromisoformat(text) if text else None
    except (ValueError, TypeError):
        raise Invalid({name: ["Enter a date, for example 2026-03-27."]}) from None
    if day is not None and not 1900 <= day.year <= 2200:
        raise Invalid({name: ["Enter a year between 1900 and 2200."]})
    return day


def by_of(sent: Mapping[str, Any]) -> By:
    """Which links a path may use: those of each `type`, or all but those `without`, which could
    have held from `since` to `until`. Raises Invalid.
    """
    since, until = day_of(sent, "since"), day_of(sent, "until")
    if since and until and until < since:
        raise Invalid({"until": ["The last day must not be before the first."]})
    types, without = _types_of(sent, "type"), _types_of(sent, "without")
    if without:
        every = LinkType.objects.values_list("pk", flat=True)
        types = [name for name in types or every if name not in without]
    elif not types:
        return By(None, since, until)
    return By(tuple(types), since, until)


def _types_of(sent: Mapping[str, Any], name: str) -> list[str]:
    given = sent.getlist(name) if isinstance(sent, QueryDict) else sent.get(name, [])
    if not isinstance(given, list) or len(given) > TYPES:
        raise Invalid({name: ["Name the types of link as a list."]})
    if not all(isinstance(each, str) and "\x00" not in each for each in given):
        raise Invalid({name: ["This is not a type of link."]})
    return [each for each in given if each]


def when_of(sent: Mapping[str, Any]) -> When:
    """The day that the chart is to tell of, and whether now is drawn as well. Raises Invalid."""
    day = day_of(sent, "on")
    return When(day, bool(sent.get("compare")) and day is not None)


def group_of(sent: Mapping[str, Any]) -> Group:
    """The group that a page is asked of. Raises Invalid."""
    named = [sent.get(name) for name in ("type", "way", "kind")]
    if not all(isinstance(value, str) for value in named) or named[1] not in ("<", ">"):
        raise Invalid({"group": ["This is not a group."]})
    type_, way, kind = (str(value).replace("\x00", "") for value in named)
    return Group(key_of(sent, "of"), type_, way, kind, reading="", links=0, others=0)


def referred(identity: "Identity", text: str) -> UUID:
    """The record of a reference. Raises NotFound alike for none and for none visible."""
    try:
        normal = references.normalise(text)
    except (ValidationError, TypeError, AttributeError):
        raise NotFound("There is no record of this reference that you can see.") from None
    found = visible_records(identity).filter(reference=normal).first()
    if found is None:
        raise NotFound("There is no record of this reference that you can see.")
    key: UUID = found.pk
    return key
