"""Django's entry to `peel.services.exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The `exchange` app."""

    name = "peel.services.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Put the imports into the navigation; name them in histories."""
        from peel.machine.commands.registry import other_writers
        from peel.machine.ui import navigation
        from peel.services.exchange.importing import THROUGH
        from peel.services.exchange.rules import IMPORT

        navigation.register("Import", "exchange-imports", IMPORT, order=790)
        other_writers[THROUGH] = "Imported from a file"
