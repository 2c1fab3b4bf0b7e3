"""Django's entry to `peel.pole.objects`."""

from django.apps import AppConfig


class ObjectsConfig(AppConfig):
    """The `objects` app."""

    name = "peel.pole.objects"
    label = "objects"

    def ready(self) -> None:
        """Give all objects one item of the navigation, with organisations beside it."""
        from peel.machine import registry
        from peel.machine.ui import navigation

        lists = [s.url_name for s in registry.sheets() if s.model._meta.app_label == self.label]
        lists.remove("objects-organisation")
        navigation.gather("Objects", "objects", (f"{name}-list" for name in lists))
