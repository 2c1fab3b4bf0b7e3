"""Migrations applied with the models rendered once for many operations.

Django renders every related model anew after each operation. All kinds of record are related, so
that took half a minute for an empty database, of which PostgreSQL needed a tenth. Operations that
need not see each other's outcome are applied together here: the state goes through all of them
and is rendered once, and then each does its work in the database, in its order.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations import operations as of_django
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# A model that is made has all that the state says of it: what is added to it waits.
MAKING = (of_django.CreateModel, AddTrigger)
ADDING = (of_django.AddIndex, of_django.AddConstraint)
# These read the field or trigger as it was before them.
CHANGING = (of_django.AddField, of_django.AlterField, RemoveTrigger)


def groups(operations: Iterable[Operation]) -> Iterator[list[Operation]]:
    """The operations in their order; in one group none needs another's outcome to be rendered."""
    group: list[Operation] = []
    met: set[tuple[str, str]] = set()
    for operation in operations:
        model, part = _about(operation)
        alone = type(operation) not in (*MAKING, *ADDING, *CHANGING)
        waits = not isinstance(operation, MAKING) and (model, "") in met
        waits = waits or (isinstance(operation, CHANGING) and (model, part) in met)
        if group and (alone or waits):
            yield group
            group, met = [], set()
        if alone:
            yield [operation]
        else:
            group.append(operation)
            met.add((model, part))
    if group:
        yield group


def _about(operation: Operation) -> tuple[str, str]:
    """The model and the field or trigger that an operation is about; "" for a whole model."""
    if isinstance(operation, of_django.CreateModel):
        return operation.name_lower, ""
    part = getattr(operation, "trigger", operation)
    return getattr(operation, "model_name", "").lower(), getattr(part, "name", "") or "another part"


def apply(
    migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor
) -> ProjectState:
    """Do what `Migration.apply` does, in groups."""
    for group in groups(migration.operations):
        before = state.clone()
        if len(group) > 1:
            # Without them, the state does not render after each operation.
            state.__dict__.pop("apps", None)
        for operation in group:
            operation.state_forwards(migration.app_label, state)
        for operation in group:
            operation.database_forwards(migration.app_label, editor, before, state)
    return state


class Executor(MigrationExecutor):
    """Applies migrations in groups of operations."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, *args: Any, **kwargs: Any
    ) -> ProjectState:
        """Apply one migration."""
        migration.__dict__["apply"] = partial(apply, migration)
        return super().apply_migration(state, migration, *args, **kwargs)
