"""Django's entry to `peel.services.notify`."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """The `notify` app."""

    name = "peel.services.notify"
    label = "notify"
