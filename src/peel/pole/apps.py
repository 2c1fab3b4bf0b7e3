"""Django's entry to `peel.pole`."""

from django.apps import AppConfig


class POLEConfig(AppConfig):
    """The `pole` app."""

    name = "peel.pole"
    label = "pole"
