"""Delivery: one handler does its work for one event, once."""

from uuid import UUID

from django.db import connections, transaction

from peel.kernel.base import events
from peel.kernel.base.models import Event

_CLAIM = "insert into base_delivery (event_id, handler) values (%s, %s) on conflict do nothing"


def deliver(event_id: UUID, handler: str, *, using: str = "default") -> bool:
    """Let `handler` hear the event, in one transaction with the line that says it has.

    Returns False when it had heard it already. Of two that try at once, the second waits for the
    first. Raises LookupError when the event or handler is unknown, and whatever it raises.
    """
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(_CLAIM, [event_id, handler])
            if cursor.rowcount == 0:
                return False
        found = Event.objects.using(using).filter(id=event_id).first()
        if found is None:
            raise LookupError(f"There is no event {event_id}")
        circumstances = events.Told(found.id, found.at, found.published)
        events.hear(handler, found.name, found.payload, circumstances)
    return True
