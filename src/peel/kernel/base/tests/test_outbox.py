"""The outbox as it runs: real writers, relays and workers, killed at the worst moments."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from typing import Any

import psycopg
import pytest
from django.db import connections

from peel.kernel.base import relay
from peel.kernel.base.tests import stage

LOST = 60.0


class Theatre:
    """Starts the processes of one test, all against its database, and ends them after it.

    They are forked, so that each starts at once; nothing of the parent's is used in them.
    """

    def __init__(self, database: Any) -> None:
        self.database = database
        self.started: list[ForkProcess] = []

    def start(self, *words: str, **more: str) -> ForkProcess:
        connections.close_all()
        process = get_context("fork").Process(target=stage.run, args=words, kwargs=more)
        process.start()
        self.started.append(process)
        return process

    def run(self, *words: str, **more: str) -> int | None:
        return wait(self.start(*words, **more))

    def one(self, query: str, *values: object) -> Any:
        return self.database.connection.execute(query, values).fetchone()[0]

    def wait_for(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + LOST
        while not reached():
            assert time.monotonic() < end, "It never happened"
            time.sleep(0.05)

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.join()


def wait(process: ForkProcess) -> int | None:
    """How the process ended; None: it has not."""
    process.join(LOST)
    return process.exitcode


@pytest.fixture
def theatre(database) -> Iterator[Theatre]:
    stage.declare()
    database.connection.execute(stage.TABLE)
    made = Theatre(database)
    yield made
    made.end()
    database.connection.execute("drop table stage_heard")


@contextmanager
def listening(theatre: Theatre) -> Iterator[list[int]]:
    """The numbers that the relay notifies; filled when the block ends."""
    heard: list[int] = []
    with psycopg.connect(theatre.database.environment["PEEL_DATABASE_URL"], autocommit=True) as ear:
        ear.execute(f"listen {relay.CHANNEL}")
        yield heard
        last, end = theatre.one("select max(published) from base_event"), time.monotonic() + LOST
        while last not in heard and time.monotonic() < end:
            for notification in ear.notifies(timeout=0.1):
                heard.append(json.loads(notification.payload)["published"])


def everything_is_heard(theatre: Theatre) -> None:
    """Each event that stands was heard by both handlers exactly once, and has its own number."""
    count = theatre.one("select count(*) from base_event")
    assert theatre.one("select count(distinct published) from base_event") == count
    assert theatre.one("select count(*) from base_event where published is null") == 0
    assert theatre.one("select last from base_publication") == theatre.one(
        "select coalesce(max(published), 0) from base_event"
    )
    assert theatre.one("select count(*) from base_delivery") == 2 * count
    assert theatre.one("select count(*) from stage_heard") == 2 * count
    assert (
        theatre.one("select count(*) from (select distinct event_id, handler from stage_heard) d")
        == 2 * count
    )


def delivered(theatre: Theatre) -> bool:
    return theatre.one("select count(*) from stage_heard") == 2 * theatre.one(
        "select count(*) from base_event"
    )


def ring(theatre: Theatre, writers: int, each: int) -> int:
    """Let several writers ring bells at once; returns how many bells stand."""
    started = [
        theatre.start("writer", str(1 + each * number), str(each)) for number in range(writers)
    ]
    assert [wait(process) for process in started] == [0] * writers
    stands = sum(1 for number in range(1, writers * each + 1) if number % 7)
    assert theatre.one("select count(*) from base_event") == stands
    return stands


def test_events_of_concurrent_writers_are_published_in_one_order_and_heard_once(theatre) -> None:
    with listening(theatre) as heard:
        bells = theatre.start("relay")
        worker = theatre.start("worker", STAGE_TRIP="1")
        count = ring(theatre, writers=4, each=50)
        theatre.wait_for(lambda: delivered(theatre))
        theatre.wait_for(lambda: not theatre.one("select count(*) from procrastinate_jobs"))
    everything_is_heard(theatre)
    assert heard == sorted(heard)
    assert heard[-1] == theatre.one("select max(published) from base_event")
    assert len(heard) < count
    for process in (bells, worker):
        process.terminate()
        assert wait(process) == 0


def test_a_reader_of_the_order_never_misses_an_event(theatre) -> None:
    """Naive `id > last` loses events of slow transactions; the order of publication does not."""
    theatre.start("relay")
    writers = [theatre.start("writer", str(1 + 60 * n), "60") for n in range(3)]
    seen: list[int] = []
    query = "select published from base_event where published > %s order by published"
    while (
        any(writer.is_alive() for writer in writers)
        or not seen
        or len(seen) < theatre.one("select count(*) from base_event")
    ):
        rows = theatre.database.connection.execute(query, [seen[-1] if seen else 0]).fetchall()
        seen += [row[0] for row in rows]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == theatre.one("select count(*) from base_event")


def test_a_relay_killed_in_a_batch_has_done_nothing_and_the_next_does_all(theatre) -> None:
    count = ring(theatre, writers=1, each=30)
    dead = theatre.start("relay", STAGE_DIE_IN_BATCH="1")
    assert wait(dead) == -signal.SIGKILL
    assert theatre.one("select count(*) from base_event where published is null") == count
    assert theatre.one("select count(*) from procrastinate_jobs") == 0
    assert theatre.run("relay", "--once") == 0
    assert theatre.one("select count(*) from procrastinate_jobs") == 2 * count
    assert theatre.run("worker", "--once") == 0
    everything_is_heard(theatre)


def test_relays_killed_again_and_again_lose_nothing(theatre) -> None:
    writers = [theatre.start("writer", str(1 + 150 * n), "150") for n in range(2)]
    while any(writer.is_alive() for writer in writers):
        bells = theatre.start("relay")
        time.sleep(0.15)
        bells.kill()
        bells.join()
    assert theatre.run("relay", "--once") == 0
    assert theatre.run("worker", "--once") == 0
    everything_is_heard(theatre)


def test_two_relays_give_each_number_once(theatre) -> None:
    theatre.start("relay")
    theatre.start("relay")
    ring(theatre, writers=3, each=40)
    theatre.wait_for(
        lambda: not theatre.one("select count(*) from base_event where published is null")
    )
    assert theatre.run("worker", "--once") == 0
    everything_is_heard(theatre)


def test_a_worker_killed_in_a_handler_loses_nothing(theatre) -> None:
    count = ring(theatre, writers=1, each=20)
    assert theatre.run("relay", "--once") == 0
    dead = theatre.start("worker", "--jobs", "1", STAGE_DIE="10")
    assert wait(dead) == -signal.SIGKILL
    assert theatre.one("select count(*) from procrastinate_jobs where status = 'doing'") == 1
    assert theatre.one("select count(*) from stage_heard") < 2 * count
    time.sleep(1.1)
    assert theatre.run("worker", "--once", "--silent-for", "1") == 0
    everything_is_heard(theatre)
    assert theatre.one("select count(*) from procrastinate_jobs") == 0


def test_jobs_delivered_twice_do_nothing_the_second_time(theatre) -> None:
    ring(theatre, writers=1, each=10)
    assert theatre.run("relay", "--once") == 0
    theatre.database.connection.execute(
        "insert into procrastinate_jobs (queue_name, task_name, args)"
        " select queue_name, task_name, args from procrastinate_jobs"
    )
    assert theatre.run("worker", "--once") == 0
    everything_is_heard(theatre)


def test_relay_and_worker_outlast_a_restart_of_the_database(theatre) -> None:
    bells = theatre.start("relay")
    worker = theatre.start("worker", "--silent-for", "2")
    ring(theatre, writers=1, each=10)
    theatre.wait_for(lambda: delivered(theatre))
    with away(theatre):
        time.sleep(1.5)
    assert wait(theatre.start("writer", "100", "20")) == 0
    theatre.wait_for(lambda: delivered(theatre))
    everything_is_heard(theatre)
    assert bells.is_alive()
    assert worker.is_alive()


@contextmanager
def away(theatre: Theatre) -> Iterator[None]:
    """The database takes no connections, and has cut those of the relay and the worker."""
    run = theatre.database.connection.execute
    name = theatre.one("select current_database()")
    run(f'alter database "{name}" connection limit 0')
    try:
        for role in ("peel_relay", "peel_worker"):
            cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = %s"
            assert theatre.one(cut + " and datname = current_database()", role) >= 1
        yield
    finally:
        run(f'alter database "{name}" connection limit -1')
