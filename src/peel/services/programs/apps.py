"""Django's entry to `peel.services.programs`."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """The `programs` app."""

    name = "peel.services.programs"
    label = "programs"
