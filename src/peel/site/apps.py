"""Django's entry to `peel.site`."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The `site` app."""

    name = "peel.site"
    label = "site"
