"""Which database role each model is reached through: credentials by `door`, all else by default."""

from typing import Any

from django.db import models

# What the web role must never read: passwords, second factors, sessions and their tokens.
DOOR_MODELS = frozenset({"access.user", "access.sessiontoken"})
DOOR_APPS = frozenset({"account", "mfa", "sessions", "django_cache"})


class DoorRouter:
    """Sends sign-in to the `door` role, and migrations to `owner` alone."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        """The alias that reads `model`."""
        return _alias(model)

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        """The alias that writes `model`."""
        return _alias(model)

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool:
        """All aliases are one database, so any two rows may point at each other."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only the owner changes tables."""
        return db == "owner"


def _alias(model: type[models.Model]) -> str | None:
    meta = model._meta
    at_door = meta.app_label in DOOR_APPS or meta.label_lower in DOOR_MODELS
    return "door" if at_door else None
