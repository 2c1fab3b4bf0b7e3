"""Django's entry to `peel.kernel.audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The `audit` app."""

    name = "peel.kernel.audit"
    label = "audit"

    def ready(self) -> None:
        """Listen to sign-in."""
        from peel.kernel.access import hooks
        from peel.kernel.audit import signin

        hooks.on_access(signin.account_for)
