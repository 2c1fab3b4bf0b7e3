"""Django's entry to `peel.services.oversight`."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The `oversight` app."""

    name = "peel.services.oversight"
    label = "oversight"

    def ready(self) -> None:
        """Put the auditor's list into the navigation and the panel onto every record's page."""
        from peel.kernel.records.models import Record
        from peel.machine import registry
        from peel.machine.ui import navigation
        from peel.services.oversight.panels import LOOKS
        from peel.services.oversight.queries import VIEW

        navigation.register("Audit", "oversight-lines", VIEW, order=800)
        registry.register_panel(Record, LOOKS)
