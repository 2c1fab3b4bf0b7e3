"""Django's entry to `peel.services.exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The `exchange` app."""

    name = "peel.services.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Put imports into the navigation, taking out on every record; name loads in histories."""
        from peel.machine.commands.registry import other_writers
        from peel.machine.registry import register_page
        from peel.machine.sheets import RecordPage
        from peel.machine.ui import navigation
        from peel.services.exchange.importing import THROUGH
        from peel.services.exchange.pages.sharing import share
        from peel.services.exchange.rules import EXPORT, IMPORT

        navigation.register("Import", "exchange-imports", IMPORT, order=790)
        register_page(RecordPage("share", "Take out", share, EXPORT, order=150))
        other_writers[THROUGH] = "Imported from a file"
