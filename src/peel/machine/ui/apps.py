"""Django's entry to `peel.machine.ui`."""

from django.apps import AppConfig


class UIConfig(AppConfig):
    """The `ui` app."""

    name = "peel.machine.ui"
    label = "ui"
