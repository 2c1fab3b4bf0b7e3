"""Django's entry to `peel.migration.pole_example`."""

from django.apps import AppConfig

ATTRIBUTION = (
    "The POLE example of neo4j-graph-examples: its crimes are from data.police.uk and contain"
    " public sector information licensed under the Open Government Licence v3.0."
)


class PoleExampleConfig(AppConfig):
    """The `pole_example` app."""

    name = "peel.migration.pole_example"
    label = "pole_example"

    def ready(self) -> None:
        """Show the acknowledgement that the licence asks for; name the loads in histories."""
        from peel.machine.commands.registry import other_writers
        from peel.machine.ui import attributions
        from peel.migration.pole_example.building import THROUGH

        attributions.register("pole_example", ATTRIBUTION)
        other_writers[THROUGH] = "Loaded from the open POLE example"
