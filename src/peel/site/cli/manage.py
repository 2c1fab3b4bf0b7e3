"""`./peel manage ...`: Django's management commands on the database of this checkout."""


def run(arguments: list[str]) -> int:
    """Run a management command as `django-admin` would."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["./peel manage", *arguments])
    return 0
