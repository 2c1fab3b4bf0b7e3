"""The tables of `base`: the outbox and its deliveries."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from peel.kernel.base.ids import uuid7


class Event(models.Model):
    """Something that happened, waiting for the relay or published.

    Written through `events.publish` only. The web role may add events and read none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.TextField()
    payload = models.JSONField()
    record_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    published = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Delivery(models.Model):
    """A handler has done its work for an event; where this line stands, a second does nothing."""

    pk = models.CompositePrimaryKey("event_id", "handler")
    event_id = models.UUIDField()
    handler = models.TextField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.handler} {self.event_id}"


class Publication(models.Model):
    """One row: the last number given in the order of publication, held by the active relay."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.last)


class Partitioned(models.Model):
    """A table whose monthly partitions `base.ensure_partitions` makes ahead of time."""

    table_name = models.TextField(primary_key=True)

    objects: ClassVar[models.Manager["Partitioned"]] = models.Manager()

    def __str__(self) -> str:
        return self.table_name
