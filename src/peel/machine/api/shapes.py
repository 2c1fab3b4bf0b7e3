"""Records and versions as the API shows them."""

from typing import TYPE_CHECKING, Any

from django.db import models

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
        "created_at": record.created_at.isoformat(),
        "changed_at": record.changed_at.isoformat(),
        "fields": {name: _value(getattr(record, name)) for name in sheet.fields},
    }


def _value(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(getattr(value, "reference", value.pk))
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def version_json(version: Version) -> dict[str, Any]:
    """One version with what differed from the one before."""
    return {
        "version": version.number,
        "at": version.at.isoformat(),
        "by": str(version.by),
        "through": version.through,
        "differences": [
            {"field": d.title, "before": d.before, "after": d.after} for d in version.differences
        ],
    }
