"""Django's entry to `peel.kernel.records`."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """The `records` app."""

    name = "peel.kernel.records"
    label = "records"

    def ready(self) -> None:
        """Protect the database after every migration; prove each version's line in the ledger."""
        from peel.kernel.audit import completeness

        check = completeness.versions_of("records_recordevent", "pgh_obj_id", "version")
        completeness.register("record versions", check)
        post_migrate.connect(_protect, sender=self, dispatch_uid="records.installation")


def _protect(using: str, plan: Any = None, **_kwargs: Any) -> None:
    from peel.kernel.records.installation import install

    install(using)
