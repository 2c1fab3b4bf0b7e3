"""Writing lines: what stands in them, whose they are, and that lanes have no holes."""

import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from django.db import connections, transaction

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from peel.kernel.audit import context, ledger
from peel.kernel.audit.ledger import Act, LedgerUnavailable, Outcome
from peel.kernel.audit.tests.ledgers import claimed, look, rows, verify
from peel.kernel.base.ids import uuid7

pytestmark = pytest.mark.usefixtures("database")
DOOR = "act, name, outcome, user_id, appointment_id, organisation_id, subjects, versions"


def line(id_, columns=DOOR):
    return rows(f"select {columns} from audit_line where id = %s", [id_])[0]


def test_the_line_of_a_write_says_who_what_and_which_version():
    who, record = officer(), uuid7()
    with speaking(who):
        made = ledger.write(act=Act.ALTERATION, name="crime.edit", subjects=[record], versions=[3])
    assert line(made) == (
        "alteration", "crime.edit", "done", who.user_id, who.appointment_id, who.organisation_id,
        [record], [3],
    )  # fmt: skip
    assert line(made, "role, at <= clock_timestamp(), at > now() - interval '1 minute'") == (
        "peel_web", True, True,
    )  # fmt: skip


def test_the_line_of_a_write_goes_with_the_write():
    with suppress(ZeroDivisionError), speaking(officer()):
        made = ledger.write(act=Act.ALTERATION, name="crime.edit")
        raise ZeroDivisionError
    assert rows("select 1 from audit_line where id = %s", [made]) == []
    assert verify()["found"] == []


def test_a_write_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="own transaction"):
        ledger.write(act=Act.ALTERATION, name="crime.edit")


def test_a_line_apart_survives_the_rollback_around_it():
    who = officer()
    with suppress(ZeroDivisionError), speaking(who):
        made = ledger.write_apart(
            act=Act.ALTERATION, name="crime.edit", outcome=Outcome.REFUSED, token=who.token
        )
        raise ZeroDivisionError
    assert line(made)[:4] == ("alteration", "crime.edit", "refused", who.user_id)


def test_nobody_has_a_line_too_and_a_dead_token_has_none():
    assert line(look())[3] is None
    with pytest.raises(LedgerUnavailable):
        look(token="x" * 43)
    assert line(look())[3] is None


def test_the_context_of_the_request_is_in_the_line():
    record, request = uuid7(), uuid7()
    purpose = context.Purpose("typed reason", "Missing person enquiry", record)
    with context.working(context.Context(request, "203.0.113.9", purpose)):
        made = look(query="smith\x00 \ud800", detail={"b": 1, "a": [2]})
    assert line(made, "request_id, source, purpose_kind, purpose_record, detail") == (
        request, "203.0.113.9", "typed reason", record, '{"a":[2],"b":1}',
    )  # fmt: skip
    texts = dict(rows("select kind, text from audit_text where line_id = %s", [made]))
    assert texts == {"purpose": "Missing person enquiry", "query": "smith\ufffd ?"}
    assert rows("select * from audit.wrong_texts()") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"versions": [1]},
        {"name": ""},
        {"name": "x" * 201},
        {"detail": {"x": "y" * 100_001}},
    ],
)
def test_a_line_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(LedgerUnavailable):
        ledger.write_apart(**{"act": Act.COLLECTION, "name": "crime.add", **wrong})
    assert rows("select count(*) from audit_line") == [(0,)]


def test_lines_of_one_transaction_share_a_lane():
    with transaction.atomic():
        made = [ledger.write(act=Act.COLLECTION, name="crime.add") for _ in range(5)]
    found = rows("select lane, number from audit_line where id = any(%s) order by number", [made])
    assert {lane for lane, _ in found} == {found[0][0]}
    assert [number for _, number in found] == [1, 2, 3, 4, 5]


def test_time_and_id_are_the_real_clock(settings):
    from datetime import UTC, datetime

    from peel.kernel.base import clock

    with clock.fixed(datetime(2001, 2, 3, tzinfo=UTC)):
        made = look()
    assert abs(made.int >> 80) - time.time() * 1000 < 5_000
    assert line(made, "at > now() - interval '1 minute'") == (True,)


def test_lines_stand_in_the_order_in_which_they_were_written():
    made = [look() for _ in range(40)]
    assert [found for (found,) in rows("select id from audit_line order by id")] == made
    assert {each.version for each in made} == {7}
    assert rows("select count(*) from audit_line where date_trunc('milliseconds', at) <>"
                " timestamptz 'epoch' + ('x' || translate(left(id::text, 13), '-', ''))"
                "::bit(48)::bigint * interval '1 millisecond'") == [(0,)]  # fmt: skip


WRITER = """
import os, psycopg
with psycopg.connect(os.environ["PEEL_DATABASE_URL"], autocommit=True) as connection:
    for _ in range(150):
        connection.execute("select audit.append_as(null, 'consultation', 'bulk', 'done', '{}',"
                           " '{}', null, null, null, null, null, null, null)")
"""


def test_eight_processes_leave_no_hole():
    sealer = claimed()
    writers = [subprocess.Popen([sys.executable, "-c", WRITER]) for _ in range(8)]
    while any(writer.poll() is None for writer in writers):
        sealer.seal()
        time.sleep(0.05)
    assert [writer.returncode for writer in writers] == [0] * 8
    sealer.seal()
    report = verify()
    assert (report["lines"], report["unsealed"], report["found"]) == (1200, 0, [])
    assert rows("select count(distinct lane) > 30, count(*) from audit_line") == [(True, 1200)]


def test_an_open_transaction_delays_nobody():
    sealer = claimed()
    held, release = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic(using="worker"):
                ledger.write(act=Act.COLLECTION, name="slow.import", using="worker")
                held.set()
                release.wait()
        finally:
            connections["worker"].close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    try:
        for _ in range(100):
            look()
        assert sealer.seal() == 100
        assert holder.is_alive(), "they were not held up by it: it is still open"
    finally:
        release.set()
        holder.join()
    assert sealer.seal() == 1
    assert verify()["found"] == []


def test_a_stopped_connection_is_made_again_once(database):
    look()
    backend = connections["audit"].connection.info.backend_pid
    database.connection.execute("select pg_terminate_backend(%s)", [backend])
    assert line(look())
