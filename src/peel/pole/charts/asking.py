"""What a browser asks of a chart, read and bounded. Whatever is not understood is refused."""

import datetime
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from peel.kernel.base import references
from peel.machine.commands.problems import Invalid, NotFound
from peel.pole.charts.bodies import NODES
from peel.pole.charts.links import When, visible_records
from peel.pole.charts.reading import Group

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


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


def when_of(sent: Mapping[str, Any]) -> When:
    """The day that the chart is to tell of, and whether now is drawn as well. Raises Invalid."""
    text = sent.get("on") or ""
    try:
        day = datetime.date.fromisoformat(text) if text else None
    except (ValueError, TypeError):
        raise Invalid({"on": ["Enter a date, for example 2026-03-27."]}) from None
    if day is not None and not 1900 <= day.year <= 2200:
        raise Invalid({"on": ["Enter a year between 1900 and 2200."]})
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
