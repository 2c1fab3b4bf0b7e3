"""Django's entry to `peel.pole.charts`."""

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    """The `charts` app."""

    name = "peel.pole.charts"
    label = "charts"
