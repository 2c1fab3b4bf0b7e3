"""Records and versions as the API shows them."""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from peel.machine.forms.lookups import look_up_of
from peel.machine.queries.history import Version

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet


def record_json(sheet: "Sheet", record: Any) -> dict[str, Any]:
    """A record: what every record has, and its sheet's fields under `fields`. Times are UTC."""
    return {
        "id": str(record.pk),
        "kind": record.kind,
        "reference": record.reference,
        "title": record.title,
        "state": record.state,
        "marking": record.marking,
        "restricted": record.restricted,
        "version": record.version,
        "created_at": _value(record.created_at),
        "changed_at": _value(record.changed_at),
        "fields": {name: _value(getattr(record, name)) for name in sheet.fields},
    }


def _value(value: Any) -> Any:
    """A value in JSON; what is linked by the key that the same field takes."""
    if isinstance(value, models.Model):
        look_up = look_up_of(type(value))
        return look_up.found(value).key if look_up else str(value.pk)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return value if isinstance(value, dict) else str(value)


def version_json(version: Version) -> dict[str, Any]:
    """One version with what differed from the one before."""
    return {
        "version": version.number,
        "at": _value(version.at),
        "by": str(version.by),
        "through": version.through,
        "differences": [
            {"field": d.title, "before": d.before, "after": d.after} for d in version.differences
        ],
    }
