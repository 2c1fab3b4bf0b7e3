"""Django's entry to `peel.modules.investigation`."""

from django.apps import AppConfig


class InvestigationConfig(AppConfig):
    """The `investigation` app."""

    name = "peel.modules.investigation"
    label = "investigation"
