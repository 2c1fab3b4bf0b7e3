"""Django's entry to `peel.kernel.base`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BaseConfig(AppConfig):
    """The `base` app."""

    name = "peel.kernel.base"
    label = "base"

    def ready(self) -> None:
        """Learn every event that is published and every handler that hears one."""
        autodiscover_modules("events")
        autodiscover_modules("handlers")
