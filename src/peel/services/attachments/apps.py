"""Django's entry to `peel.services.attachments`."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """The `attachments` app."""

    name = "peel.services.attachments"
    label = "attachments"
