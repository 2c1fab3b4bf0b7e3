"""Django's entry to `peel.site`."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The `site` app."""

    name = "peel.site"
    label = "site"

    def ready(self) -> None:
        """Name for histories the write that is no command: the demo's town comes in at once."""
        from peel.machine.commands.registry import other_writers

        other_writers["demo.people"] = "Part of the demo's story"
