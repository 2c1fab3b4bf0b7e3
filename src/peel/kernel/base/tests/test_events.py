"""Events are declared once, and belong to the transaction in which they happened."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from django.db import ProgrammingError, connections, transaction

from peel.kernel.base import delivery, events, relay
from peel.kernel.base.ids import uuid7
from peel.kernel.base.models import Delivery
from peel.kernel.base.tests import stage


@pytest.fixture
def bell() -> type:
    return stage.declare()


@pytest.fixture
def heard(database):
    """The table in which the handlers of the stage write what they hear."""
    database.connection.execute(stage.TABLE)
    yield lambda: database.connection.execute(
        "select handler, number from stage_heard order by 1, 2"
    ).fetchall()
    database.connection.execute("drop table stage_heard")


def test_a_declaration_that_would_go_wrong_later_is_refused_now() -> None:
    @dataclass(frozen=True)
    class Fine:
        number: int

    @dataclass
    class Thawed:
        number: int

    with pytest.raises(ValueError, match=r"module\.what_happened"):
        events.event("Crime Recorded")(Fine)
    with pytest.raises(TypeError, match="frozen"):
        events.event("stage.thawed")(Thawed)
    events.event("stage.fine")(Fine)
    events.event("stage.fine")(Fine)
    with pytest.raises(ValueError, match="already"):
        events.event("stage.fine")(dataclass(frozen=True)(type("Other", (), {})))
    with pytest.raises(ValueError, match="not declared"):
        events.hears(Thawed)(print)
    with pytest.raises(LookupError):
        events.told()


def test_no_job_is_made_of_an_event_with_which_a_handler_would_do_nothing(database) -> None:
    @events.event("stage.tide_turned")
    @dataclass(frozen=True)
    class TideTurned:
        high: bool

    @events.hears(TideTurned, when=lambda values: values["high"])
    def flood(happened: TideTurned) -> None:
        raise AssertionError

    with transaction.atomic():
        events.publish_many([TideTurned(True), TideTurned(False)])
    while relay.relay_batch():
        pass
    jobs = database.connection.execute(
        "select count(*) from procrastinate_jobs where args->>'handler' like '%flood'"
    )
    assert jobs.fetchone() == (1,)


@pytest.mark.usefixtures("database")
def test_an_event_needs_a_transaction_and_a_declaration(bell: type) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        events.publish(bell(uuid7(), 1))
    with transaction.atomic(), pytest.raises(ValueError, match="not declared"):
        events.publish("rung")


def test_the_web_role_adds_events_and_can_do_nothing_else(database, bell: type) -> None:
    record = uuid7()
    with transaction.atomic():
        made = events.publish(bell(record_id=record, number=1))
    row = database.connection.execute("select id, name, record_id, payload from base_event")
    assert row.fetchall() == [
        (made, "stage.bell_rung", record, {"record_id": str(record), "number": 1})
    ]
    for forbidden in (
        "select id from base_event",
        "update base_event set published = 1",
        "delete from base_event",
        "select id from base.base_event_rest",
        "insert into base_event values (gen_random_uuid(), 'a.b', '{}', null, now()) returning id",
        "select * from base_publication",
        "select * from base_delivery",
        "select id from procrastinate_jobs",
        "insert into procrastinate_jobs (queue_name, task_name) values ('a', 'b')",
        "select base.ensure_partitions()",
    ):
        with pytest.raises(ProgrammingError), connections["default"].cursor() as cursor:
            cursor.execute(forbidden)


def test_what_is_rolled_back_never_happened(database, bell: type) -> None:
    with transaction.atomic():
        events.publish(bell(uuid7(), 1))
        transaction.set_rollback(True)
    assert database.connection.execute("select count(*) from base_event").fetchone() == (0,)


def test_a_handler_hears_an_event_once(database, bell: type, heard, monkeypatch) -> None:
    with transaction.atomic():
        made = events.publish(bell(uuid7(), 5))
    monkeypatch.setattr(stage, "connection", connections["worker"])
    handler = events.handlers_of("stage.bell_rung")[0]
    assert delivery.deliver(made, handler, using="worker") is True
    assert delivery.deliver(made, handler, using="worker") is False
    assert heard() == [("count", 5)]
    assert Delivery.objects.using("worker").filter(event_id=made).count() == 1


def test_a_handler_that_fails_leaves_nothing_and_may_try_again(
    database, bell: type, heard, monkeypatch
) -> None:
    with transaction.atomic():
        made = events.publish(bell(uuid7(), 6))
    monkeypatch.setattr(stage, "connection", connections["worker"])
    name = events.handlers_of("stage.bell_rung")[0]
    fine = events._handlers[name]

    def fails(happened: object) -> None:
        fine(happened)
        raise RuntimeError("no")

    monkeypatch.setitem(events._handlers, name, fails)
    with pytest.raises(RuntimeError, match="no"):
        delivery.deliver(made, name, using="worker")
    assert heard() == []
    monkeypatch.setitem(events._handlers, name, fine)
    assert delivery.deliver(made, name, using="worker")
    assert heard() == [("count", 6)]


@pytest.mark.usefixtures("database")
def test_an_event_that_is_not_there_is_said_so(bell: type) -> None:
    with pytest.raises(LookupError, match="no event"):
        delivery.deliver(uuid7(), events.handlers_of("stage.bell_rung")[0], using="worker")
    with pytest.raises(LookupError, match="no handler"):
        events.hear("gone.handler", "stage.bell_rung", {}, None)


def test_partitions_are_made_ahead_and_take_what_came_too_early(database) -> None:
    far = UUID(int=(2**47) << 80 | 7 << 76 | 2 << 62)
    run = database.connection.execute
    run("insert into base_event values (%s, 'a.b', '{}', null, now())", [far])
    assert run("select count(*) from base.base_event_rest").fetchone() == (1,)
    month = run("select to_timestamp(%s)", [2**47 / 1000]).fetchone()[0]
    start = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with database.connection.transaction(force_rollback=True):
        assert run("select base.make_partition('base_event', %s)", [start]).fetchone() == (True,)
        assert run("select base.make_partition('base_event', %s)", [start]).fetchone() == (False,)
        assert run("select count(*) from base.base_event_rest").fetchone() == (0,)
        assert run("select count(*) from base_event where id = %s", [far]).fetchone() == (1,)
    assert run("select base.ensure_partitions()").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        run("select base.ensure_partitions(1000)")
