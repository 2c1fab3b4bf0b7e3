"""A foreign key to a record, which reads as empty to whoever may not see that record."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor


class _SeenOrNone(ForwardManyToOneDescriptor):
    """Gives the record, or None both where there is none and where it is hidden."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        try:
            return super().__get__(instance, cls)
        except ObjectDoesNotExist:
            if instance is None or not self.field.null:
                raise
            self.field.set_cached_value(instance, None)
            return None


class RecordKey(models.ForeignKey):
    """Like ForeignKey, for an optional record that may be hidden from who reads the row.

    The column keeps the id, so a command leaves in place what its caller cannot see.
    """

    forward_related_accessor_class = _SeenOrNone

    def deconstruct(self) -> Any:
        """To migrations it is a plain foreign key."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


def hides(row: models.Model, field: str) -> bool:
    """Whether `field` of a row points at a record that the caller may not see."""
    column: Any = row._meta.get_field(field)
    return isinstance(column, RecordKey) and (
        getattr(row, column.attname) is not None and getattr(row, field) is None
    )
