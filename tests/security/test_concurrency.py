"""Two at once, and a connection that dies: one wins, nothing is half-written, the line stands."""

import threading

import pytest
from django.db import DatabaseError, connections

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands import Conflict, Invalid, Refused, run
from peel.machine.commands.registry import Command, commands
from peel.pole.models import Link, Nominal
from tests.security.stage import do


@pytest.fixture
def officers(database):
    return [officer(role="supervisor") for _ in range(2)]


def at_once(*jobs):
    """Run each job in a thread of its own, begun together; what each gave or raised, in order."""
    gate, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def play(number, job):
        try:
            gate.wait(60)
            found[number] = job()
        except Exception as problem:
            found[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=play, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return found


def lines(name):
    with connections["owner"].cursor() as cursor:
        cursor.execute("select outcome, versions from audit_line where name = %s", [name])
        return sorted(cursor.fetchall())


def count(table):
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


def describing(who, nominal, version):
    """An edit of the nominal as a job of its own."""
    return lambda: do(
        who,
        "pole.nominal.edit",
        record_id=nominal.pk,
        version=version,
        description=f"{who.name} {version}",
        sex="M",
    )


def test_of_two_edits_at_once_exactly_one_wins(officers):
    first = officers[0]
    nominal = do(first, "pole.nominal.create", family_name="Okafor", given_names="Daniel")
    for turn in range(1, 6):
        found = at_once(*(describing(who, nominal, turn) for who in officers))
        kinds = sorted(type(each).__name__ for each in found)
        assert kinds == ["Conflict", "Nominal"], found
        winner = next(who for who, each in zip(officers, found, strict=True)
                      if not isinstance(each, Conflict))  # fmt: skip
        with speaking(first):
            now = Nominal.objects.get(pk=nominal.pk)
            assert (now.version, now.description) == (turn + 1, f"{winner.name} {turn}")
    done = [line for line in lines("pole.nominal.edit") if line[0] == "done"]
    assert [versions for _, versions in done] == [[2], [3], [4], [5], [6]]
    assert len(lines("pole.nominal.edit")) == 10
    assert count("pole_nominalevent") == 6


def test_two_pages_saved_at_once_show_the_loser_both(officers):
    crime = do(officers[0], "investigation.crime.create", category="Burglary")
    where = f"/investigation/crime/{crime.reference}/edit/"
    clients = [signed_in_client(who) for who in officers]
    found = at_once(
        *(
            lambda c=client, n=number: c.post(
                where, {"version": "1", "category": "Burglary", "summary": f"Summary {n}"}
            )
            for number, client in enumerate(clients)
        )
    )
    assert sorted(page.status_code for page in found) == [302, 409]
    loser = next(page for page in found if page.status_code == 409).content.decode()
    assert "Summary 0" in loser
    assert "Summary 1" in loser


def test_a_pair_linked_from_both_ends_at_once_is_linked_once(officers):
    """Nobody waits for the other for ever, and the second reads that they are linked already."""
    one = do(officers[0], "pole.nominal.create", family_name="A", given_names="A")
    two = do(officers[0], "pole.nominal.create", family_name="B", given_names="B")
    found = at_once(
        lambda: do(officers[0], "pole.link.create", record_id=one.pk, other=two,
                   reading="parent>"),
        lambda: do(officers[1], "pole.link.create", record_id=two.pk, other=one,
                   reading="parent<"),
    )  # fmt: skip
    assert sum(isinstance(each, Invalid) for each in found) == 1, found
    with speaking(officers[0]):
        assert Link.objects.count() == 1
    assert [line[0] for line in lines("pole.link.create")] == ["done", "refused"]


def test_a_move_made_at_once_is_made_once(officers):
    crime = do(officers[0], "investigation.crime.create", category="Burglary")
    found = at_once(
        *(
            lambda who=who: do(
                who, "investigation.crime.cancel", record_id=crime.pk, version=1, reason="C4",
                explanation="Recorded twice",
            )
            for who in officers
        )
    )  # fmt: skip
    assert sum(isinstance(each, Conflict | Refused) for each in found) == 1, found
    assert count("investigation_crimeevent") <= 3


def test_a_connection_killed_within_a_command_leaves_nothing_but_its_line(officers, database):
    """As when the server ends a session, or the machine dies with the work half done."""
    who = officers[0]

    def half(work, **values):
        nominal = commands["pole.nominal.create"](work, **values)
        with connections["default"].cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            database.connection.execute("select pg_terminate_backend(%s)", cursor.fetchone())
        return commands["pole.nominal.add_name"](
            work, record_id=nominal.pk, kind="alias", given_names="X"
        )

    dying = Command("tests.dying", "Die", "pole.nominal.create", half)
    with pytest.raises(DatabaseError):
        run(dying, who, {"family_name": "Lazarus", "given_names": "John"})
    tables = ("records_record", "records_recordevent", "pole_nominal", "pole_nominalname",
              "records_document", "base_event")  # fmt: skip
    assert {table: count(table) for table in tables} == dict.fromkeys(tables, 0)
    assert [line[0] for line in lines("tests.dying")] == ["failed"]
    connections["default"].close()
    assert do(who, "pole.nominal.create", family_name="Lazarus", given_names="John").version == 1


def test_a_refusal_within_a_command_takes_all_of_it_back(officers):
    def half(work, **values):
        commands["pole.nominal.create"](work, **values)
        raise Refused("Not today.")

    refusing = Command("tests.refusing", "Refuse", "pole.nominal.create", half)
    with pytest.raises(Refused):
        run(refusing, officers[0], {"family_name": "Thomas", "given_names": "Ann"})
    assert count("records_record") == 0
    assert count("base_event") == 0
    assert [line[0] for line in lines("tests.refusing")] == ["refused"]


def test_a_write_whose_line_cannot_be_written_does_not_happen(officers, database):
    database.connection.execute("revoke execute on all functions in schema audit from peel_web")
    try:
        with pytest.raises(Exception, match="append"):
            do(officers[0], "pole.nominal.create", family_name="Unseen", given_names="Ann")
        page = signed_in_client(officers[0]).get("/pole/nominal/")
        assert page.status_code == 503
    finally:
        database.clone()
        connections.close_all()
    assert count("records_record") == 0
