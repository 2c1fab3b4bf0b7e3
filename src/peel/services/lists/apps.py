"""Django's entry to `peel.services.lists`."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    """The `lists` app."""

    name = "peel.services.lists"
    label = "lists"
