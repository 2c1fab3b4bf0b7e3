"""Django's entry to `peel.kernel.places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The `places` app."""

    name = "peel.kernel.places"
    label = "places"
