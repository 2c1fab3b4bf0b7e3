"""Django's entry to `peel.services.resolution`."""

from django.apps import AppConfig


class ResolutionConfig(AppConfig):
    """The `resolution` app."""

    name = "peel.services.resolution"
    label = "resolution"

    def ready(self) -> None:
        """Put the queue and the models into the navigation; name what runs write in histories.

        Any app says in its `sameness.py` what tells its kinds apart.
        """
        from django.utils.module_loading import autodiscover_modules

        from peel.machine.commands.registry import other_writers
        from peel.machine.ui import navigation
        from peel.services.resolution import creating
        from peel.services.resolution.rules import REVIEW

        creating.install()
        navigation.register("Same or not", "resolution-queue", REVIEW, order=780)
        other_writers["identity.run.apply"] = "Joined by a run of the data office"
        other_writers["identity.run.rollback"] = "A run of the data office was undone"
        autodiscover_modules("sameness")
