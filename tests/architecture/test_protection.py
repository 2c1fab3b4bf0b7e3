"""What the migrated database allows is what is declared, and no more; planted gaps are named."""

from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from peel.kernel.base.protection import WEB, Table
from peel.kernel.records.installation import declared_tables, install
from tests.architecture import database as rules


@contextmanager
def planted(*statements):
    """A connection of the owner in which something is wrong; nothing of it stays."""
    with transaction.atomic(using="owner"):
        connection = connections["owner"]
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            yield cursor.connection
        transaction.set_rollback(True, using="owner")


def test_every_table_is_declared_and_every_exception_says_why(database):
    assert rules.undeclared(database.connection, declared_tables()) == []
    assert rules.unexplained(declared_tables()) == []


def test_what_holds_or_names_a_record_has_row_level_security(database):
    assert rules.unprotected(database.connection) == []


def test_the_closed_tables_are_closed_and_there(database):
    named = rules.naming_tables(database.connection)
    assert set(rules.CLOSED) - named <= {
        "police_uk_mappoint",
        "police_uk_sourcefile",
        "police_uk_quarantine",
    }
    assert all(len(reason) > 20 for reason in rules.CLOSED.values())


def test_the_database_allows_what_is_declared(database):
    with planted() as connection:
        before = rules.allowed(connection)
        install("owner")
        after = rules.allowed(connection)
    assert before == after
    granted = {(role, table) for role, table, _ in before["tables"]}
    granted |= {(role, table) for role, table, _, _ in before["columns"]}
    wanted = {(role, t.name) for t in declared_tables().values() for role in t.grants}
    assert granted == wanted


def test_every_grant_is_written_as_declared(database):
    found = rules.allowed(database.connection)
    for table in declared_tables().values():
        for role, privileges in table.grants.items():
            plain = {p.strip() for p in privileges.split(",") if "(" not in privileges}
            if plain:
                there = {p for r, t, p in found["tables"] if (r, t) == (role, table.name)}
                assert there == plain, (role, table.name)


def test_nothing_is_given_to_everybody_and_no_role_is_strong(database):
    assert rules.loose_functions(database.connection) == []
    assert rules.loose_schemas(database.connection) == []
    assert rules.strong_roles(database.connection) == []
    assert not {g for g in rules.allowed(database.connection)["tables"] if g[0] == "PUBLIC"}


GAPS = {
    "a link without a policy": (
        "create table custody_stay (id int, nominal uuid references records_record (id))",
        f"grant select on custody_stay to {WEB}",
    ),
    "a name of a record without a key": (
        "create table custody_note (id int, record_id uuid)",
        f"grant select on custody_note to {WEB}",
    ),
    "a part of a part": (
        "create table custody_part (id int, name uuid references pole_nominalname (id))",
        f"grant select (id) on custody_part to {WEB}",
    ),
    "a policy that lets all through": (
        "create table custody_open (id int, record_id uuid)",
        f"grant select on custody_open to {WEB}",
        "alter table custody_open enable row level security",
        f"create policy seen on custody_open to {WEB} using (true)",
    ),
    "a policy taken away": ("drop policy seen on pole_link",),
    "row security switched off": ("alter table pole_nominal disable row level security",),
    "a closed table without its reason": ("create table custody_shut (record_id uuid)",),
}


@pytest.mark.parametrize("gap", GAPS)
def test_a_table_without_row_level_security_is_named(gap, database):
    with planted(*GAPS[gap]) as connection:
        assert len(rules.unprotected(connection)) == 1


def test_an_undeclared_table_is_named(database):
    with planted("create table custody_cell (id int)") as connection:
        assert rules.undeclared(connection, declared_tables()) == [
            "custody_cell is declared by no protection"
        ]
    assert rules.unexplained({"x": Table("x", {WEB: "SELECT"})})
    assert not rules.unexplained({"x": Table("x", {WEB: "SELECT"}, why="words alone")})


@pytest.mark.parametrize(
    "grant",
    [
        f"grant delete on records_record to {WEB}",
        f"grant select (password) on access_user to {WEB}",
        f"grant usage on sequence records_tally_id_seq to {WEB}",
        "drop policy seen on pole_link",
        "grant select on access_role to public",
    ],
)
def test_a_grant_beyond_the_declared_is_seen(grant, database):
    declared = rules.allowed(database.connection)
    with planted(grant) as connection:
        assert rules.allowed(connection) != declared


@pytest.mark.parametrize(
    "function",
    [
        "create function records.peek() returns int language sql as 'select 1'",
        "create function public.peek() returns int language sql security definer as 'select 1'",
        "create function records.peek() returns int language sql security definer"
        " set search_path = public as 'select 1'",
    ],
)
def test_a_loose_function_is_named(function, database):
    with planted(function) as connection:
        assert rules.loose_functions(connection)


def test_a_loose_schema_is_named(database):
    with planted("grant usage on schema records to public") as connection:
        assert rules.loose_schemas(connection) == ["everybody may use records"]
    with planted(f"grant create on schema records to {WEB}") as connection:
        assert rules.loose_schemas(connection) == [f"{WEB} may make things in records"]
