"""Django's entry to `peel.pole.identity`."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The `identity` app."""

    name = "peel.pole.identity"
    label = "identity"
