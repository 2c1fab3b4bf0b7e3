"""The versions of a record: when, who, by what command, and what differed from the one before."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import models

from peel.machine.show import field_title, shown

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

_OWN = {"title", "marking", "restricted", "state", "owner_unit", "organisation"}


@dataclass(frozen=True)
class Difference:
    """One field that differed, as people read it."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One version of a record. `at` is aware UTC."""

    number: int
    at: datetime.datetime
    by: UUID
    through: str
    differences: tuple[Difference, ...]


def versions_model(model: type[models.Model]) -> type[models.Model]:
    """The model of a model's versions."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")


def history(sheet: "Sheet", record: Any, limit: int = 100) -> list[Version]:
    """The latest versions first. Call within `speaking`, for a record already seen."""
    from peel.kernel.records.models import Record

    base: Any = versions_model(Record)
    own: Any = versions_model(sheet.model)
    heads = list(base.objects.filter(pgh_obj_id=record.pk).order_by("-version", "-pgh_id")[:limit])
    bodies = {
        row.carried_version: row
        for row in own.objects.filter(pgh_obj_id=record.pk).order_by("pgh_id")
    }
    # A command may write a record twice; the version is what it left behind.
    last = {head.version: head for head in sorted(heads, key=lambda row: row.pgh_id)}
    found, before, seen = [], None, None
    for head in sorted(last.values(), key=lambda row: row.version):
        body = bodies.get(head.version, seen)
        now = _state(sheet, head, body)
        found.append(
            Version(
                head.version,
                head.changed_at,
                head.changed_by_id,
                head.changed_through,
                _differences(sheet, before, now) if before is not None else (),
            )
        )
        before, seen = now, body
    return list(reversed(found))


def _state(sheet: "Sheet", head: Any, body: Any) -> dict[str, Any]:
    values = {name: getattr(head, _attribute(type(head), name)) for name in _OWN}
    for name in sheet.fields:
        if body is not None and hasattr(body, _attribute(type(body), name)):
            values[name] = getattr(body, _attribute(type(body), name))
    return values


def _attribute(model: type[models.Model], name: str) -> str:
    try:
        return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]
    except LookupError:
        return name
    except Exception:  # a field that has left the model
        return name


def _differences(
    sheet: "Sheet", before: dict[str, Any], now: dict[str, Any]
) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            field_title(sheet, name),
            shown(sheet, name, before.get(name)),
            shown(sheet, name, now[name]),
        )
        for name in now
        if before.get(name) != now[name]
    )
