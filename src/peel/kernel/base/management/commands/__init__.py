"""Commands of Django's that we change."""
