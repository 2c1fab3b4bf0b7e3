"""Django's entry to `peel.services.exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The `exchange` app."""

    name = "peel.services.exchange"
    label = "exchange"
