"""Django's `migrate`, with the executor that renders models once for many operations."""

from django.core.management.commands import migrate

from peel.kernel.base.migrating import Executor

# The command has no setting for it: it takes the name from its module.
setattr(migrate, "MigrationExecutor", Executor)  # noqa: B010
Command = migrate.Command
