"""Reading the ledger: by whom, by what, and never without a line."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from peel.kernel.access.tests.factories import officer
from peel.kernel.audit import cli, completeness, context, heads, ledger, reading
from peel.kernel.audit.sealer import main as seal
from peel.kernel.audit.tests.ledgers import fill, look, rows
from peel.kernel.base.ids import uuid7

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def auditor():
    return officer("auditor")


def test_an_auditor_finds_who_looked_at_a_person(auditor):
    who, person = officer(), uuid7()
    with context.working(context.Context(purpose=context.Purpose("typed reason", "Enquiry"))):
        made = ledger.write_apart(
            act=ledger.Act.CONSULTATION,
            name="nominal.page",
            subjects=[person, uuid7()],
            query="smith",
            token=who.token,
        )
    look()
    (line,) = [x for x in reading.read(subject=person, token=auditor.token) if x.id == made]
    assert (line.user_id, line.name, line.purpose, line.query, line.purpose_kind) == (
        who.user_id, "nominal.page", "Enquiry", "smith", "typed reason",
    )  # fmt: skip
    assert isinstance(line.hash, bytes)
    by_officer = reading.read(user=who.user_id, token=auditor.token)
    assert [x.id for x in by_officer] == [made]


def test_each_filter_narrows(auditor):
    request = uuid7()
    with context.working(context.Context(request)):
        made = look(name="test.narrow", outcome=ledger.Outcome.REFUSED)
    moment = datetime.now(UTC)
    for filters in (
        {"request": request}, {"name": "test.narrow"}, {"outcome": ledger.Outcome.REFUSED},
        {"since": moment - timedelta(minutes=1), "name": "test.narrow"},
    ):  # fmt: skip
        assert [x.id for x in reading.read(**filters, token=auditor.token)] == [made], filters
    assert reading.read(until=moment - timedelta(minutes=1), token=auditor.token) == []
    assert reading.read(act=ledger.Act.ERASURE, token=auditor.token) == []
    assert reading.read(purpose="record", token=auditor.token) == []
    assert reading.read(appointment=uuid7(), token=auditor.token) == []
    assert reading.read(purpose_record=uuid7(), token=auditor.token) == []


def test_pages_follow_each_other(auditor):
    made = [look(name="test.page") for _ in range(7)]
    found, before = [], None
    while page := reading.read(name="test.page", before=before, limit=3, token=auditor.token):
        found += [x.id for x in page]
        before = page[-1].id
    assert sorted(found) == sorted(made)


def test_reading_leaves_a_line_whoever_asks(auditor):
    person, who = uuid7(), officer()
    reading.read(subject=person, token=auditor.token)
    with pytest.raises(reading.MayNotRead):
        reading.read(subject=person, token=who.token)
    with pytest.raises(reading.MayNotRead):
        reading.read(subject=person)
    found = rows("select user_id, subjects, act from audit_line where name = 'audit.read'")
    assert [user for user, *_ in found] == [auditor.user_id, who.user_id, None]
    assert all(tuple(rest) == ([person], "consultation") for _, *rest in found)


def test_no_reading_without_a_committed_line_of_the_same_look(auditor):
    filters = '{"limit":5}'
    append = (
        "select audit.append('consultation', 'audit.read', 'done', '{}', '{}', null, null, null,"
        " null, null, null, %s)"
    )

    def read(ticket_sql: str, values: list[str], asked: str = filters) -> None:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("select access.speak_for(%s)", [auditor.token])
            cursor.execute(ticket_sql, values)
            ticket = cursor.fetchone()[0]
            cursor.execute("select * from audit.read_lines(%s, %s)", [ticket, asked])

    with pytest.raises(DatabaseError, match="no line of its own"):
        read(append, [filters])  # its own transaction could still be rolled back
    other = ledger.write_apart(
        act=ledger.Act.CONSULTATION, name="audit.read", detail={"limit": 5}, token=auditor.token
    )
    read("select %s::uuid", [str(other)])
    with pytest.raises(DatabaseError, match="no line of its own"):
        read("select %s::uuid", [str(other)], '{"limit":500}')


def test_moments_need_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        reading.read(since=datetime(2026, 1, 1))


def test_texts_are_erased_without_breaking_anything(auditor):
    made = look(query="a name")
    manager = officer(permissions=("oversight.audit.*",))
    sql = "select audit.erase_texts(%s, 'Court order', null)"
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("select access.speak_for(%s)", [manager.token])
        cursor.execute(sql, [[made]])
        assert cursor.fetchone() == (1,)
    assert rows("select count(*) from audit_text where line_id = %s", [made]) == [(0,)]
    assert rows("select subjects from audit_line where act = 'erasure'") == [([made],)]
    with pytest.raises(DatabaseError, match="may not"), transaction.atomic():
        connections["default"].cursor().execute(sql, [[made]])
    seal(["--once"])
    connections["sealer"].close()
    assert cli.main(["verify"]) == 0


def test_the_command_verifies_exports_and_proves(capsys, tmp_path):
    fill(rounds=2, lines=5, tail=2)
    assert cli.main(["verify", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["lines"], report["unsealed"], report["found"]) == (10, 3, [])
    assert cli.main(["export", str(tmp_path / "out")]) == 0
    assert "14 lines" in capsys.readouterr().out
    assert cli.main(["export", str(tmp_path / "out")]) == 2
    line = rows("select line_id from audit_leaf where index = 3")[0][0]
    capsys.readouterr()
    assert cli.main(["proof", str(line)]) == 0
    assert json.loads(capsys.readouterr().out)["index"] == 3
    assert cli.main(["consistency", "5", "10"]) == 0
    assert json.loads(capsys.readouterr().out)["second"] == 10
    assert cli.main(["proof", str(uuid7())]) == 2
    assert cli.main(["key"]) == 0
    assert capsys.readouterr().out.encode() == heads.public_key()
    taken = rows("select name, role, act from audit_line where role = 'peel_sealer'")
    assert ("audit.export", "peel_sealer", "disclosure") in taken


def test_a_changed_text_and_a_missing_version_are_told(capsys):
    made = look(query="a name")
    rows("update audit_text set text = 'another' where line_id = %s", [made])
    assert cli.main(["verify"]) == 1
    assert f"The query text of {made}" in capsys.readouterr().out
    rows("create table made_up (record uuid, version integer)")
    known, unknown = uuid7(), uuid7()
    for record, version in ((known, 1), (known, 2), (unknown, 1)):
        rows("insert into made_up values (%s, %s)", [record, version])
    with transaction.atomic():
        ledger.write(
            act=ledger.Act.ALTERATION, name="x.edit", subjects=[known, known], versions=[1, 2]
        )
    check = completeness.versions_of("made_up", "record", "version")
    assert list(check(connections["sealer"])) == [f"made_up: version 1 of {unknown} has no line"]
    completeness.register("made up", check)
    try:
        assert len(completeness.missing(connections["sealer"])) == 1
    finally:
        completeness._checks.pop("made up")
        rows("drop table made_up")
