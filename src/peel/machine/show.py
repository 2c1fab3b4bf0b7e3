"""How a field's value is read by people: choices by label, times in London, references by title."""

import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import dateformat, timezone

from peel.kernel.records.models import Record

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

LONDON = ZoneInfo("Europe/London")


def shown(sheet: "Sheet", name: str, value: Any) -> str:
    """A value (of a form, a version or a record; a key for a foreign key) in plain English."""
    if value in (None, ""):
        return ""
    field: Any = sheet.model._meta.get_field(name)
    if name in ("state", "carried_state") and sheet.flow:
        return sheet.flow.state(str(value)).title
    if isinstance(field, models.ForeignKey) and not isinstance(value, models.Model):
        related: Any = field.related_model
        # A hidden record reads as none: that there is one would be told otherwise.
        value = related.objects.filter(pk=value).first()
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    return plain(value)


def plain(value: Any) -> str:
    """Any value as text: times in Europe/London, yes and no for truth."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime.datetime):
        return dateformat.format(timezone.localtime(value, LONDON), "j F Y, H:i")
    if isinstance(value, datetime.date):
        return dateformat.format(value, "j F Y")
    if isinstance(value, Record):
        return value.title
    return "" if value is None else str(value)


def exact(at: datetime.datetime) -> str:
    """A moment in London to the second, with the zone that held then (GMT or BST)."""
    return dateformat.format(timezone.localtime(at, LONDON), "j F Y, H:i:s T")


def of_record(sheet: "Sheet", record: Any, name: str) -> str:
    """A field of a record as text."""
    return shown(sheet, name, getattr(record, name))


def field_title(sheet: "Sheet", name: str) -> str:
    """What a field is called, from its model."""
    words = str(sheet.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]
