"""An event, its handlers and the processes that carry it, for the tests of the outbox."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from asgiref.sync import SyncToAsync
from django.db import connection, transaction

from peel.kernel.base import events, relay, worker

TABLE = """
create table stage_heard (event_id uuid not null, handler text not null, number integer not null);
grant select, insert on stage_heard to peel_worker;
"""
SPACE = UUID("5b1e7ff0-94ae-4f8e-9b39-0a1c3d8f3c3e")


def _heard(handler: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into stage_heard values (%s, %s, %s)", [events.told().id, handler, number]
        )


def declare() -> type:
    """Declare the event and its two handlers; more than once does no harm."""
    if "stage.bell_rung" in events.names():
        return events._events["stage.bell_rung"]

    @events.event("stage.bell_rung")
    @dataclass(frozen=True)
    class BellRung:
        record_id: UUID
        number: int

    @events.hears(BellRung)
    def count(happened: BellRung) -> None:
        _heard("count", happened.number)

    @events.hears(BellRung)
    def trip(happened: BellRung) -> None:
        """Fails the first time for every tenth bell, after it has written."""
        _heard("trip", happened.number)
        if os.environ.get("STAGE_TRIP") and happened.number % 10 == 0:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select 1 from procrastinate_jobs where args->>'event_id' = %s and attempts = 0"
                    " and args->>'handler' like '%%trip'",
                    [str(events.told().id)],
                )
                if cursor.fetchone():
                    raise RuntimeError("The bell-ringer tripped")
        if os.environ.get("STAGE_DIE") == str(happened.number):
            os.kill(os.getpid(), signal.SIGKILL)

    return BellRung


def write(first: int, count: int) -> None:
    """Ring `count` bells, a transaction each, every seventh of them rolled back."""
    bell = declare()
    for number in range(first, first + count):
        with transaction.atomic():
            events.publish(bell(record_id=uuid5(SPACE, str(number)), number=number))
            time.sleep(0.001 * (number % 3))
            if number % 7 == 0:
                transaction.set_rollback(True)


def run(what: str, *words: str, **more: str) -> None:
    """Be a writer, a relay or a worker, in a process of its own."""
    os.environ.update(more)
    # A fork inherits asgiref's pool of one thread but not the thread: what it is given would wait
    # for ever, if an async test has used it before.
    SyncToAsync.single_thread_executor = ThreadPoolExecutor(max_workers=1)
    if what == "writer":
        write(int(words[0]), int(words[1]))
    elif what == "relay":
        if os.environ.get("STAGE_DIE_IN_BATCH"):
            _die_in_batch()
        relay.main(words)
    else:
        worker.main(words)


def _die_in_batch() -> None:
    """Let the relay die after its jobs are queued and before it commits."""
    queue = relay._queue

    def queue_and_die(*args: Any) -> None:
        queue(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    relay._queue = queue_and_die
