"""Django's entry to `peel.pole.maps`."""

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """The `maps` app."""

    name = "peel.pole.maps"
    label = "maps"
