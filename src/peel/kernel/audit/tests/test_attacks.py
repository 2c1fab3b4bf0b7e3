"""The web role against the ledger, by raw SQL."""

import pytest
from django.db import DatabaseError, connections, transaction

from peel.kernel.access.tests.factories import officer
from peel.kernel.audit.tests.ledgers import look, rows

pytestmark = pytest.mark.usefixtures("database")
TABLES = ("audit_line", "audit_text", "audit_tip", "audit_lane", "audit_leaf", "audit_node",
          "audit_head", "audit.line_rest")  # fmt: skip
ROLES = ("default", "audit", "door", "worker", "loader", "relay")


def denied(sql: str, using: str = "default") -> bool:
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return getattr(error.__cause__, "sqlstate", "") == "42501"
    return False


@pytest.mark.parametrize("using", ROLES)
@pytest.mark.parametrize("table", TABLES)
def test_no_role_touches_the_tables(table, using):
    look()
    for sql in (
        f"select * from {table}",
        f"select count(*) from {table}",
        f"insert into {table} default values",
        f"delete from {table}",
        f"truncate {table}",
        f"drop table {table}",
        f"alter table {table} add column mine text",
        f"create trigger mine before insert on {table} execute function mine()",
    ):
        assert denied(sql, using), sql


@pytest.mark.parametrize("column", ["user_id = null", "at = now()", "hash = ''", "name = 'x'"])
def test_no_role_changes_a_line(column):
    for using in (*ROLES, "sealer"):
        assert denied(f"update audit_line set {column}", using)


def test_the_sealer_only_adds():
    for sql in (
        "delete from audit_line", "delete from audit_leaf", "update audit_leaf set hash = ''",
        "delete from audit_head", "update audit_head set body = ''", "truncate audit_leaf",
        "update audit_node set hash = ''", "select * from audit_text",
        "insert into audit_line select * from audit_line",
    ):  # fmt: skip
        assert denied(sql, "sealer"), sql


@pytest.mark.parametrize(
    "function",
    [
        "audit.missing_versions('audit_line', 'id', 'number', 1)",
        "audit.ensure_partitions()",
        "audit.wrong_texts()",
        "audit.claim_lane()",
        "audit.keep_text(null, 'query', 'x', '')",
    ],
)
def test_the_web_role_runs_no_inner_function(function):
    assert denied(f"select * from {function}")


def test_an_identity_cannot_be_made_up():
    who = officer()
    call = (
        "select audit.append('access', 'forged', 'done', '{}', '{}', null, null, null, null, null,"
        " null, null)"
    )
    for setting in (str(who.user_id), f"({who.user_id},,,,,)", "0" * 64 + f"({who.user_id},,,,,)"):
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("select set_config('peel.identity', %s, true)", [setting])
            cursor.execute(call)
    with connections["default"].cursor() as cursor:
        cursor.execute("select set_config('peel.identity', %s, false)", ["x" * 99])
        cursor.execute(call)
        cursor.execute("reset peel.identity")
    assert rows("select distinct user_id from audit_line where name = 'forged'") == [(None,)]


def test_an_identity_ends_with_its_transaction():
    who = officer()
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("select access.speak_for(%s)", [who.token])
        cursor.execute("select current_setting('peel.identity')")
        stolen = cursor.fetchone()[0]
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("select set_config('peel.identity', %s, true)", [stolen])
        cursor.execute(
            "select audit.append('access', 'stolen', 'done', '{}', '{}', null, null, null, null,"
            " null, null, null)"
        )
    assert rows("select user_id from audit_line where name = 'stolen'") == [(None,)]


def test_a_lane_of_ones_own_choice_makes_no_hole():
    for lane in ("5", "-1", "64", "5"):
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("select set_config('audit.lane', %s, true)", [lane])
            cursor.execute(
                "select audit.append('access', 'lane', 'done', '{}', '{}', null, null, null, null,"
                " null, null, null)"
            )
    assert rows("select count(*), max(number) from audit_line where lane = 5")[0][1] >= 2
