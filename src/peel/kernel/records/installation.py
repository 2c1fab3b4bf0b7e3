"""After each migration: revoke everything, then grant, protect and attach what is declared.

Runs as the owner in one transaction, so an installation is never half-protected.
"""

import re
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from peel.kernel.base.protection import ROLES, WEB, Table
from peel.kernel.records import kinds
from peel.kernel.records.protection import of_kind, of_versions


def declared_tables() -> dict[str, Table]:
    """Every table that is declared, by name: by its app, or derived because it is a kind's."""
    found: dict[str, Table] = {}
    for entry in kinds.all_kinds():
        name = entry.model._meta.db_table
        found[name] = of_kind(name)
        found[f"{name}event"] = of_versions(f"{name}event")
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.protection"):
            module = import_module(f"{config.name}.protection")
            for table in getattr(module, "TABLES", ()):
                found[table.name] = table
    return found


def install(using: str) -> None:
    """Bring grants, policies and triggers of the database to what the code declares."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        tables = declared_tables()
        present = _present(cursor)
        _revoke_everything(cursor)
        for name, table in sorted(tables.items()):
            if name in present:
                _protect(cursor, table, is_view=present[name])
        _attach_to_kinds(cursor)
        _register(cursor)
        _keep_inserts_by_statement(cursor)
        _secure_version_triggers(cursor)
        _refuse_temporary_tables(cursor)
        _close_to_public(cursor)


def _present(cursor: CursorWrapper) -> dict[str, bool]:
    cursor.execute(
        "select c.relname, c.relkind = 'v' from pg_class c join pg_namespace n"
        " on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p', 'v')"
    )
    return dict(cursor.fetchall())


def _revoke_everything(cursor: CursorWrapper) -> None:
    roles = ", ".join(ROLES)
    cursor.execute(f"revoke all on all tables in schema public from public, {roles}")
    cursor.execute(f"revoke all on all sequences in schema public from public, {roles}")
    # Column privileges survive a revoke on the table, so each is taken back by name.
    cursor.execute(
        "select distinct table_name, column_name, grantee from information_schema.column_privileges"
        " where table_schema = 'public' and grantee = any (%s)",
        [list(ROLES)],
    )
    for table, column, role in cursor.fetchall():
        cursor.execute(f'revoke all ("{column}") on "{table}" from {role}')
    cursor.execute(f"grant usage on schema public to {roles}")


def _protect(cursor: CursorWrapper, table: Table, *, is_view: bool) -> None:
    for role, privileges in table.grants.items():
        cursor.execute(f'grant {privileges} on "{table.name}" to {role}')
        if "INSERT" in privileges:
            _grant_sequences(cursor, table.name, role)
    if is_view:
        return
    cursor.execute("select policyname from pg_policies where tablename = %s", [table.name])
    for (policy,) in cursor.fetchall():
        cursor.execute(f'drop policy "{policy}" on "{table.name}"')
    if not table.read:
        return
    cursor.execute(f'alter table "{table.name}" enable row level security')
    write = table.write or table.read
    cursor.execute(
        f'create policy seen on "{table.name}" for all to {WEB}'
        f" using ({table.read}) with check ({write})"
    )
    for role in table.grants:
        if role != WEB:
            cursor.execute(
                f'create policy all_for_{role} on "{table.name}" for all to {role}'
                " using (true) with check (true)"
            )


def _grant_sequences(cursor: CursorWrapper, table: str, role: str) -> None:
    cursor.execute(
        "select s.relname from pg_class s join pg_depend d on d.objid = s.oid and s.relkind = 'S'"
        " join pg_class t on t.oid = d.refobjid where t.relname = %s and d.deptype in ('a', 'i')",
        [table],
    )
    for (sequence,) in cursor.fetchall():
        cursor.execute(f'grant usage on sequence "{sequence}" to {role}')


def _trigger(cursor: CursorWrapper, name: str, table: str, rest: str) -> None:
    cursor.execute(f"create or replace trigger {name} {rest.format(table=f'{table}')}")


def _attach_to_kinds(cursor: CursorWrapper) -> None:
    changed = " or ".join(
        f"old.{column} is distinct from new.{column}"
        for column in ("organisation_id", "owner_unit_id", "marking", "restricted", "state")
    )
    _trigger(
        cursor,
        "records_spread",
        "records_record",
        "after update on {table} for each row when (" + changed + ")"
        " execute function records.spread()",
    )
    _trigger(
        cursor,
        "records_carry",
        "records_document",
        "before insert or update on {table} for each row execute function records.carry_document()",
    )
    for entry in kinds.all_kinds():
        table = entry.model._meta.db_table
        _trigger(
            cursor,
            "records_carry",
            table,
            "before insert or update on {table} for each row execute function records.carry()",
        )
        if entry.facets:
            _attach_tally(cursor, table, entry.name)


def _attach_tally(cursor: CursorWrapper, table: str, kind: str) -> None:
    for operation, transition in (
        ("insert", "new table as fresh"),
        ("update", "old table as stale new table as fresh"),
        ("delete", "old table as stale"),
    ):
        cursor.execute(
            f"create or replace trigger records_tally_{operation} after {operation} on {table}"
            f" referencing {transition} for each statement"
            f" execute function records.tally('{kind}')"
        )


def _register(cursor: CursorWrapper) -> None:
    entries = kinds.all_kinds()
    cursor.execute("delete from records_kindtable")
    cursor.executemany(
        "insert into records_kindtable (kind, table_name, facets) values (%s, %s, %s)",
        [(e.name, e.model._meta.db_table, list(e.facets)) for e in entries],
    )
    cursor.execute("delete from records_loadtarget")
    cursor.executemany(
        "insert into records_loadtarget (table_name, position) values (%s, %s)",
        [(name, position) for position, name in enumerate(load_order(), start=1)],
    )


def load_order() -> list[str]:
    """The tables that the bulk path may fill, parents first: records, kinds, then what hangs on."""
    order = ["records_record", *(e.model._meta.db_table for e in kinds.all_kinds())]
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.protection"):
            module = import_module(f"{config.name}.protection")
            order.extend(getattr(module, "LOADED", ()))
    return [*order, "records_document"]


# The library lets a session switch its triggers off by a plain setting, and asks at each row. A
# history that any session may switch off proves nothing, and the question cost more than the row.
_NEVER_IGNORE = """
create or replace function public._pgtrigger_should_ignore(trigger_name name)
returns boolean language sql immutable parallel safe as 'select false'
"""


# One row of pghistory's insert triggers, as its migrations write them.
_ROW_INSERTS = """
select t.tgname, c.relname, p.prosrc from pg_trigger t join pg_class c on c.oid = t.tgrelid
join pg_proc p on p.oid = t.tgfoid
where t.tgname like 'pgtrigger_insert_%' and t.tgtype & 1 = 1 and t.tgqual is null"""
_COPIES_A_ROW = re.compile(
    r'INSERT INTO ("\w+" \([^)]*\)) VALUES \((.*?)\); RETURN NULL;', re.DOTALL
)


def _keep_inserts_by_statement(cursor: CursorWrapper) -> None:
    """Versions of new rows are written once a statement: a trigger for each row cost a load most.

    Only inserts: a statement's old and new rows of an update would have to be matched, which grew
    with their square. A function that is not as expected stays as it is, a row at a time.
    """
    cursor.execute(_ROW_INSERTS)
    for name, table, source in cursor.fetchall():
        found = _COPIES_A_ROW.search(source)
        if found is None:
            continue
        values = found[2].replace("NEW.", "fresh.")
        cursor.execute(
            f"create or replace function public.{name}() returns trigger language plpgsql as"
            f" $$ begin insert into public.{found[1]} select {values} from fresh;"
            " return null; end $$"
        )
        cursor.execute(
            f'create or replace trigger {name} after insert on public."{table}"'
            f" referencing new table as fresh for each statement execute function public.{name}()"
        )


def _secure_version_triggers(cursor: CursorWrapper) -> None:
    """Version tables are written by their triggers only, so these run as the owner.

    A role that may execute such a function could hang it on a table of its own and so write
    history; and a session that sets `pgtrigger.ignore` could change rows without any. Neither
    is left open: nobody executes them, and nothing is ever ignored.
    """
    cursor.execute("select oid::regprocedure::text from pg_proc where proname like 'pgtrigger_%'")
    for (function,) in cursor.fetchall():
        cursor.execute(
            f"alter function {function} security definer"
            " set search_path = pg_catalog, public, pg_temp"
        )
        cursor.execute(f"revoke all on function {function} from public")
    cursor.execute(
        "create or replace function public._pgtrigger_should_ignore(trigger_name name)"
        " returns boolean language sql immutable as 'select false'"
    )


def _close_to_public(cursor: CursorWrapper) -> None:
    """Take back what PostgreSQL gives to everybody: functions and schemas of ours."""
    cursor.execute(
        "select n.nspname, p.oid::regprocedure::text from pg_namespace n"
        " left join pg_proc p on p.pronamespace = n.oid"
        " where n.nspowner = current_user::regrole and n.nspname <> 'public'"
        " and n.nspname !~ '^pg_'"
    )
    rows = cursor.fetchall()
    for schema in sorted({row[0] for row in rows}):
        cursor.execute(f'revoke all on schema "{schema}" from public')
    for _, function in rows:
        if function:
            cursor.execute(f"revoke all on function {function} from public")
    cursor.execute(f"grant usage on schema access to {', '.join(ROLES)}")


def _refuse_temporary_tables(cursor: CursorWrapper) -> None:
    """Nobody but the owner makes tables, temporary ones neither."""
    cursor.execute("select current_database()")
    name = str(cursor.fetchone()[0]).replace('"', '""')
    cursor.execute(f'revoke temporary on database "{name}" from public')
