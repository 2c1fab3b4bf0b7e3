"""Raw SQL as the web role on a pooled connection: whom it speaks for, what it cannot write."""

import pytest
from django.db import DatabaseError, connections, transaction

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from tests.security.stage import build, do

pytestmark = pytest.mark.usefixtures("pooled")


@pytest.fixture
def stage(pooled):
    return build()


def ask(sql, *values):
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchone() if cursor.description else None


def refuse(sql, *values, who=None, states=("42501",)):
    """Run a statement that must be refused."""
    block = transaction.atomic() if who is None else speaking(who)
    with pytest.raises(DatabaseError) as caught, block:
        ask(sql, *values)
    assert caught.value.__cause__.sqlstate in states, caught.value


SEEN = "select count(*) from records_record where restricted"


def test_a_captured_identity_is_nothing_on_the_reused_connection(stage):
    with speaking(stage.owner):
        captured, backend = ask("select current_setting('peel.identity'), pg_backend_pid()")
        assert ask(SEEN)[0] == len(stage.hidden)
    connections["default"].close()
    assert ask("select pg_backend_pid()") == (backend,), "the pool gave another connection"
    for local in (True, False):
        with transaction.atomic():
            ask("select set_config('peel.identity', %s, %s)", captured, local)
            assert ask(SEEN) == (0,)
            assert ask("select access.current_user_id()") == (None,)
    connections["default"].close()
    assert ask(SEEN) == (0,)
    with speaking(stage.other):
        ask("select set_config('peel.identity', %s, true)", captured)
        assert ask("select count(*) from records_record") == (0,)


def test_a_session_setting_left_behind_speaks_for_nobody(stage):
    with speaking(stage.owner):
        ask("select set_config('peel.identity', current_setting('peel.identity'), false)")
    connections["default"].close()
    assert ask(SEEN) == (0,)


def test_an_identity_made_up_is_nobody(stage):
    who = stage.owner
    true = (
        f"({who.user_id},{who.appointment_id},{who.organisation_id},,3,{{{who.organisation_id}}})"
    )
    for words in (true, "", "x" * 64, "x" * 65, "()", "null"):
        for seal in ("", "0" * 64, "' or true --"):
            with transaction.atomic():
                ask("select set_config('peel.identity', %s, true)", seal + words)
                assert ask(SEEN) == (0,)


POWERS = [
    "set role peel_owner",
    "set role peel_loader",
    "set role peel_superuser",
    "set local role peel_door",
    "set session authorization peel_owner",
    "set session authorization peel_superuser",
    "alter role peel_web bypassrls",
    "alter role peel_web superuser",
    "grant peel_owner to peel_web",
    "set session_replication_role = replica",
    "alter table records_record disable row level security",
    "alter table records_record disable trigger all",
    "drop policy seen on records_record",
    "create policy mine on records_record using (true)",
    "create table public.mine (id int)",
    "create view public.mine as select 1",
    "create function records.mine() returns int return 1",
    "create or replace function access.current_clearance() returns smallint return 3::smallint",
    "grant select on records_document to peel_web",
    "create extension dblink",
    "truncate records_record cascade",
    "delete from records_record",
    "create role mine",
    "select access.say(row(null,null,null,null,3::smallint,null,null)::access.speaker)",
    "select access.seal('x')",
    "select access.standing(gen_random_uuid())",
    "select access.mint(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '', '1h', '1h')",
    "select access.speak_as_system(gen_random_uuid())",
    "select records.take_in(gen_random_uuid())",
    "select records.fold_tallies()",
    "select base.ensure_partitions(1)",
    "select police_uk.amend('[]', now(), 'x')",
]


def test_the_web_role_takes_no_other_part(pooled):
    who = officer(role="supervisor", clearance=3)
    for statement in POWERS:
        refuse(statement, who=who, states=("42501", "0LP01"))


def test_row_security_cannot_be_switched_off(stage):
    refuse(f"set local row_security = off; {SEEN}", who=stage.other)


LEDGER = [
    "audit_line",
    "audit_text",
    "audit_tip",
    "audit_lane",
    "audit_leaf",
    "audit_node",
    "audit_head",
]


CHANGES = [
    "update {0} set {1} = {1}",
    "delete from {0}",
    "truncate {0}",
    "insert into {0} select * from {0}",
    "select * from {0}",
    "lock table {0}",
    "drop table {0}",
    "alter table {0} add x int",
    "create index on {0} ({1})",
]


def test_no_line_of_the_ledger_is_touched(pooled):
    for table in LEDGER:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                f"select attname from pg_attribute where attrelid = '{table}'::regclass"
                " and attnum > 0 order by attnum limit 1"
            )
            column = cursor.fetchone()[0]
        for statement in CHANGES:
            refuse(statement.format(table, column))


def test_a_partition_of_the_ledger_is_as_closed(stage):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits"
            " where inhparent in ('audit_line'::regclass, 'base_event'::regclass)"
        )
        parts = [row[0] for row in cursor.fetchall()]
    assert parts
    for part in parts:
        refuse(f"select * from {part}", who=stage.owner)
        refuse(f"delete from {part}", who=stage.owner)


def test_no_history_is_written_or_changed(stage):
    for table in (
        "records_recordevent",
        "pole_nominalevent",
        "investigation_crimeevent",
        "pole_linkevent",
    ):
        for statement in (
            f"insert into {table} select * from {table}",
            f"update {table} set pgh_label = 'x'",
            f"delete from {table}",
            f"truncate {table}",
        ):
            refuse(statement, who=stage.owner)


def test_no_history_is_forged_through_a_trigger_of_ones_own(stage):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select oid::regproc::text from pg_proc where prorettype = 'trigger'::regtype"
            " and pronamespace in (select oid from pg_namespace where nspname !~ '^pg_')"
            " and prosecdef"
        )
        functions = [row[0] for row in cursor.fetchall()]
    assert len(functions) > 20
    for function in functions:
        with pytest.raises(DatabaseError) as caught, speaking(stage.owner):
            ask(
                "create temporary table forged (like records_record) on commit drop;"
                " create trigger forge after insert on forged for each row"
                f" execute function {function}()"
            )
        assert caught.value.__cause__.sqlstate == "42501", function


def test_no_change_goes_unnoted_by_a_setting(stage):
    record = stage.visible["nominal"]
    count = "select count(*) from records_recordevent where pgh_obj_id = %s"
    with speaking(stage.owner):
        before = ask(count, record.pk)[0]
        for name in ("records_record", "public.records_record", "records_record:update_update"):
            ask("select set_config('pgtrigger.ignore', %s, true)", f"{{{name}}}")
        ask(
            "select set_config('pgtrigger.ignore', %s, true)",
            "{records_record,public.records_record}",
        )
        ask("update records_record set title = 'X' where id = %s", record.pk)
        assert ask(count, record.pk)[0] == before + 1


def test_visibility_is_not_changed_by_plain_update(stage):
    record = stage.hidden["nominal"]
    for column, value in (
        ("restricted", False),
        ("marking", 1),
        ("kind", "x"),
        ("reference", "x"),
        ("organisation_id", stage.owner.organisation_id),
    ):
        refuse(
            f"update records_record set {column} = %s where id = %s",
            value,
            record.pk,
            who=stage.owner,
        )


def test_what_a_kind_carries_is_kept_by_the_trigger(stage):
    record = stage.hidden["nominal"]
    with speaking(stage.owner):
        ask(
            "update pole_nominal set carried_restricted = false, carried_marking = 1"
            " where record_ptr_id = %s",
            record.pk,
        )
        assert ask(
            "select carried_restricted, carried_marking from pole_nominal where record_ptr_id = %s",
            record.pk,
        ) == (True, 3)


def test_nobody_puts_himself_on_a_list(stage):
    record = stage.hidden["nominal"]
    refuse(
        "insert into records_admission (id, record_id, user_id, admitted_at, admitted_by_id)"
        " values (gen_random_uuid(), %s, %s, now(), %s)",
        record.pk,
        stage.other.user_id,
        stage.other.appointment_id,
        who=stage.other,
    )
    refuse("update records_admission set user_id = %s", stage.other.user_id, who=stage.other)
    admitted = officer(role="response officer", clearance=3)
    with speaking(stage.owner):
        ask("select records.admit(gen_random_uuid(), %s, %s, now())", record.pk, admitted.user_id)
    refuse(
        "select records.admit(gen_random_uuid(), %s, %s, now())",
        record.pk,
        stage.other.user_id,
        who=admitted,
    )
    refuse(
        "select records.set_visibility(%s, 4, false, null, null, null, now(), 'x')",
        record.pk,
        who=admitted,
    )


def test_a_hidden_record_is_neither_changed_nor_linked(stage):
    hidden, visible = stage.hidden["nominal"], stage.visible["nominal"]
    with speaking(stage.other), connections["default"].cursor() as cursor:
        for statement in (
            "update records_record set title = 'X' where id = %s",
            "update pole_nominal set sex = 'M' where record_ptr_id = %s",
            "update pole_nominalname set family_name = 'X' where nominal_id = %s",
            "update pole_link set note = 'X' where from_record_id = %s",
        ):
            cursor.execute(statement, [hidden.pk])
            assert cursor.rowcount == 0
    columns = "(id, type_id, from_record_id, to_record_id, asserted_at, asserted_by_id, marking,"
    refuse(
        f"insert into pole_link {columns} confirmed, note, end_reason) values"
        " (gen_random_uuid(), 'associate', %s, %s, now(), %s, 1, false, '', '')",
        visible.pk,
        hidden.pk,
        stage.other.appointment_id,
        who=stage.other,
    )


def test_nothing_is_written_for_another_force(stage):
    foreign = stage.others["of another force"]
    do(foreign, "pole.nominal.create", family_name="Ours", given_names="Own")
    refuse(
        "insert into records_record (id, kind, reference, title, organisation_id, marking,"
        " restricted, state, version, created_at, created_by_id, changed_at, changed_by_id,"
        " changed_through) values (gen_random_uuid(), 'pole.nominal', 'NM26-0000-0000-A', 'X', %s,"
        " 1, false, 'live', 1, now(), %s, now(), %s, 'x')",
        stage.owner.organisation_id,
        foreign.appointment_id,
        foreign.appointment_id,
        who=foreign,
    )


def test_the_outbox_is_written_and_never_read(stage):
    with speaking(stage.owner):
        assert ask("select to_regclass('base_event') is not null") == (True,)
    refuse("select * from base_event", who=stage.owner)
    refuse("update base_event set payload = '{}'", who=stage.owner)
    refuse("delete from base_event", who=stage.owner)
