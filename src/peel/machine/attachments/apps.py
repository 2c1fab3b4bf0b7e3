"""Django's entry to `peel.machine.attachments`."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """The `attachments` app."""

    name = "peel.machine.attachments"
    label = "attachments"
