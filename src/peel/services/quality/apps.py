"""Django's entry to `peel.services.quality`."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """The `quality` app."""

    name = "peel.services.quality"
    label = "quality"

    def ready(self) -> None:
        """Put the figures into the navigation."""
        from peel.machine.ui import navigation
        from peel.services.quality.rules import VIEW

        navigation.register("Data quality", "quality", VIEW, order=780)
