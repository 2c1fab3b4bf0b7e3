"""Django's entry to `peel.migration.police_uk`."""

from django.apps import AppConfig

ATTRIBUTION = (
    "Recorded crimes from data.police.uk. Contains public sector information licensed under the "
    "Open Government Licence v3.0."
)


class PoliceUKConfig(AppConfig):
    """The `police_uk` app."""

    name = "peel.migration.police_uk"
    label = "police_uk"

    def ready(self) -> None:
        """Show the acknowledgement that the licence asks for; name the loads in histories."""
        from peel.machine.commands.registry import other_writers
        from peel.machine.ui import attributions

        attributions.register("police.uk", ATTRIBUTION)
        other_writers["police_uk.load"] = "Loaded from the open police data"
        other_writers["police_uk.later_version"] = "Changed by a later version of its source"
