"""Django's entry to `peel.services.staff`."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The `staff` app."""

    name = "peel.services.staff"
    label = "staff"

    def ready(self) -> None:
        """Put the staff list into the navigation."""
        from peel.machine.ui import navigation
        from peel.services.staff.rules import USER_VIEW

        navigation.register("Staff", "staff-users", USER_VIEW, order=900)
