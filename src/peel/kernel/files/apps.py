"""Django's entry to `peel.kernel.files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The `files` app."""

    name = "peel.kernel.files"
    label = "files"
