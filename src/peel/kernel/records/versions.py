"""Field history: each version of a row kept by triggers, bulk writes and raw SQL included."""

from typing import TypeVar

import pghistory
import pgtrigger
from django.apps import apps
from django.db import models

M = TypeVar("M", bound=type[models.Model])
# The parts of a record whose versions are read by the record that they belong to.
_READ_BY = ("nominal", "crime", "from_record", "to_record", "record", "first", "second")


def versioned(model: M) -> M:
    """Keep every inserted, changed and deleted row of `model` in a table `<model>event`.

    Row level: statement-level triggers went quadratic on bulk updates. Who and by what command
    stand in the Record's own columns, so no context table is needed.
    """
    # A kind inherits its Record's relations, so each needs a name of its own.
    related = f"{model.__name__.lower()}_versions"
    tracked: M = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        context_field=None,  # type: ignore[arg-type]  # None is allowed, the stub forgets it
        obj_field=pghistory.ObjForeignKey(related_name=related, related_query_name=related),
        level=pgtrigger.Row,
        exclude=[field.name for field in model._meta.local_fields if field.name == "vector"],
    )(model)
    _drop_indexes(tracked)
    return tracked


def _drop_indexes(model: type[models.Model]) -> None:
    """Versions are read by their record alone: no other foreign key needs an index there."""
    # Just registered, and not yet to be had from apps.get_model, which waits for all models.
    versions = apps.all_models[model._meta.app_label][f"{model._meta.model_name}event"]
    for field in versions._meta.local_fields:
        if isinstance(field, models.ForeignKey) and field.name not in ("pgh_obj", *_READ_BY):
            field.db_index = False  # type: ignore[attr-defined]  # the stub forgets it
