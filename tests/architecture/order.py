"""The order of the house as levels, and what a foreign key must not do."""

from collections.abc import Iterable

from django.db import models

LEVELS = (
    ("peel.kernel.base",),
    ("peel.kernel.access",),
    ("peel.kernel.audit", "peel.kernel.files", "peel.kernel.places"),
    ("peel.kernel.records",),
    ("peel.machine",),
    ("peel.pole",),
    ("peel.services",),
    ("peel.modules",),
    ("peel.migration",),
    ("peel.site",),
)


def level(module: str) -> int | None:
    """How high a module of Peel stands; None for one of another package."""
    for height, names in enumerate(LEVELS):
        if any(module == name or module.startswith(f"{name}.") for name in names):
            return height
    return None


def against_the_order(found: Iterable[type[models.Model]]) -> list[str]:
    """Foreign keys that point up, or from one module, service or loader into another."""
    wrong = []
    for model in found:
        for field in model._meta.local_fields:
            target = field.related_model if field.is_relation else None
            if isinstance(target, type) and not _may(model, target):
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    return wrong


def _may(model: type[models.Model], target: type[models.Model]) -> bool:
    own, other = level(model.__module__), level(target.__module__)
    if own is None or other is None:
        return own is not None or other is None
    same = model._meta.app_label == target._meta.app_label
    return same or other < own
