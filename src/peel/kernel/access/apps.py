"""Django's entry to `peel.kernel.access`."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """The `access` app."""

    name = "peel.kernel.access"
    label = "access"

    def ready(self) -> None:
        """Seed the default roles after each migration of the owner's connection."""
        post_migrate.connect(_seed, sender=self, dispatch_uid="access.seed")


def _seed(using: str, plan: Any = None, **rest: Any) -> None:
    from peel.kernel.access import roles

    if using == "owner" and not any(backwards for _, backwards in plan or ()):
        roles.seed(using)
