"""Django's entry to `peel.kernel.base`."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules

# How many planned statements a connection keeps: what the pages of a shift ask, in some 20 MiB.
PREPARED = 300


def make_room(connection: Any, **_: Any) -> None:
    """Let a new connection keep as many planned statements as the pages ask, not psycopg's 100."""
    connection.connection.prepared_max = PREPARED


class BaseConfig(AppConfig):
    """The `base` app."""

    name = "peel.kernel.base"
    label = "base"

    def ready(self) -> None:
        """Learn every event that is published and every handler that hears one."""
        connection_created.connect(make_room, dispatch_uid="peel.prepared")
        autodiscover_modules("events")
        autodiscover_modules("handlers")
