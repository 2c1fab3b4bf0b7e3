"""The relay: gives committed events their order, queues their deliveries, and wakes listeners.

It looks fifty times a second, so that writers need not notify: a notification takes a lock that
all committing transactions of the database share. Any number of relays may run; the one that
holds the row of `base_publication` is at work, and because the lock lasts as long as its
transaction, no two can ever give numbers at once. Order, jobs and notification are one
transaction: if the relay dies, all of a batch has happened or none of it.
"""

import argparse
import json
import logging
import random
import signal
import threading
import time
from collections.abc import Sequence
from typing import Any

import django

logger = logging.getLogger(__name__)

CHANNEL = "peel_events"
_BATCH, MANY = 500, 100
_LONGEST_WAIT = 5.0
_WAITS = "select exists (select from base_event where published is null)"
_HOLD = "select last from base_publication where id = 1 for update skip locked"
_NUMBER = """
with waiting as (
  select id, row_number() over (order by id) as place
  from (select id from base_event where published is null order by id limit %s) first
)
update base_event e set published = %s + w.place
from waiting w where e.id = w.id
returning e.published, e.id, e.name, e.payload
"""
_KEEP = "update base_publication set last = %s where id = 1"


def relay_batch(*, using: str = "relay", limit: int = _BATCH) -> int:
    """Publish up to `limit` committed events, in one transaction; returns how many.

    Returns 0 when none waits or another relay is at work.
    """
    from django.db import connections, transaction

    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # Asked first, for to hold the row is to write, and this is asked fifty times a second.
        cursor.execute(_WAITS)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_HOLD)
        held = cursor.fetchone()
        if held is None:
            return 0
        cursor.execute(_NUMBER, [limit, held[0]])
        published = sorted(cursor.fetchall(), key=lambda row: row[0])
        if not published:
            return 0
        last = published[-1][0]
        cursor.execute(_KEEP, [last])
        _queue(published, using)
        # Only wakes: whoever listens reads what was published after the last that it has seen.
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, json.dumps({"published": last})])
    return len(published)


def _queue(published: Sequence[tuple[int, object, str, Any]], using: str) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from peel.kernel.base import events
    from peel.kernel.base.tasks import deliver_event

    jobs: list[dict[str, Any]] = [
        {"event_id": str(identifier), "handler": handler}
        for _, identifier, name, payload in published
        for handler in events.handlers_of(name, _values(payload))
    ]
    if jobs:
        with app.replace_connector(DjangoConnector(alias=using)):
            # What a load brings by the thousand waits for what a person does meanwhile.
            priority = -1 if len(published) > MANY else 0
            deliver_event.configure(priority=priority).batch_defer(*jobs)


def _values(payload: Any) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
    return values


def run(stop: threading.Event, *, using: str = "relay", pause: float = 0.02) -> None:
    """Publish until `stop` is set, through lost connections and restarts of the database."""
    from django.db import DatabaseError, InterfaceError, connections

    wait = pause
    while not stop.is_set():
        try:
            count = relay_batch(using=using)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The relay cannot reach the database, tries again: %s", error)
            connections[using].close()
            wait = min(_LONGEST_WAIT, wait * 2)
            stop.wait(wait * random.uniform(0.75, 1.25))  # noqa: S311
            continue
        wait = pause
        if count < _BATCH:
            stop.wait(pause)
    connections[using].close()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the relay under its own role until SIGTERM or SIGINT; 0 when it ended well."""
    parser = argparse.ArgumentParser(prog="peel relay", description=__doc__.split("\n")[0])
    parser.add_argument("--once", action="store_true", help="publish what waits, then end")
    options = parser.parse_args(argv)
    django.setup()
    if options.once:
        while relay_batch():
            pass
        return 0
    stop = threading.Event()
    for signalled in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signalled, lambda *_: stop.set())
    started = time.monotonic()
    run(stop)
    logger.info("The relay ends after %.0f s", time.monotonic() - started)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
