"""Django's entry to `peel.services.search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The `search` app."""

    name = "peel.services.search"
    label = "search"
