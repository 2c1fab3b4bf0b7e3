"""Django's entry to `peel.services.staff`."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The `staff` app."""

    name = "peel.services.staff"
    label = "staff"

    def ready(self) -> None:
        """Put the staff list into the navigation and "who can see this" onto every record."""
        from peel.kernel.records import seeing
        from peel.machine import registry
        from peel.machine.sheets import RecordPage
        from peel.machine.ui import navigation
        from peel.services.staff.pages.seeing import show_access
        from peel.services.staff.rules import USER_VIEW

        navigation.register("Staff", "staff-users", USER_VIEW, order=900)
        registry.register_page(
            RecordPage("access", "Who can see this", show_access, seeing.VIEW, order=40)
        )
