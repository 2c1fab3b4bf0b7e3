"""Django's entry to `peel.machine`: discovers sheets and commands, and checks every name."""

from django.apps import AppConfig


class MachineConfig(AppConfig):
    """The `machine` app."""

    name = "peel.machine"
    label = "machine"

    def ready(self) -> None:
        """Find what the modules declare, and put each kind's list into the navigation."""
        from peel.machine import checks, registry  # noqa: F401  (checks register themselves)
        from peel.machine.ui import navigation

        registry.discover()
        for sheet in registry.sheets():
            navigation.register(sheet.title_plural, f"{sheet.url_name}-list", sheet.may.view)
