"""What the migrated database allows, compared with what is declared.

Each function takes a psycopg connection and gives a list of faults in plain words.
"""

from typing import Any

from peel.kernel.base.protection import ROLES, WEB, Table

OURS = ("access", "audit", "base", "files", "machine", "notify", "places", "police_uk", "records",
        "resolution")  # fmt: skip
_APPLICATION = (
    "('public', 'access', 'audit', 'base', 'files', 'machine', 'notify',"
    " 'places', 'police_uk', 'records', 'resolution')"
)
FIXED_PATHS = ("pg_catalog, pg_temp", "pg_catalog, public, pg_temp")

# Names of columns that hold the id of a record where there is no foreign key to say so.
NAMING = (
    "record_id",
    "subject",
    "subjects",
    "record_ptr_id",
    "pgh_obj_id",
    "asserted_in_id",
    "from_record_id",
    "to_record_id",
    "nominal_id",
    "crime_id",
    "location_id",
    "purpose_record",
    "incident_id",
    "first_id",
    "second_id",
)

# Tables that hold or name records and need no policy, for the web role has no right on them.
CLOSED = {
    "audit_line": "the ledger outlives records; read through audit.read_lines by auditors",
    "records_document": "search reads it through records.find, which applies visibility",
    "search_name": "search.people and search.details read it, which apply visibility",
    "search_number": "the functions of search read it, which apply visibility",
    "search_told": "which hits the worker has told of: the notice has its own policy",
    "identity_membership": "identity.bonds reads it, which applies visibility",
    "resolution_edge": "the working table of a run: what it would judge, before it is applied",
    "resolution_asking": "who was told to ask about what he may not see; for the worker",
    "attachments_filetext": "the functions of attachments read it, which apply visibility",
    "quality_finding": "quality.counts and records_with read it, which apply visibility",
    "places_point": "places.within reads it, which applies visibility",
    "police_uk_sourcerow": "the loader's own ledger of rows",
    "police_uk_mappoint": "the loader's own list of places",
    "police_uk_quarantine": "the loader's own list of refused rows",
    "police_uk_sourcefile": "the loader's own list of files",
}


def tables(connection: Any) -> list[str]:
    """Every table and view of the schema public."""
    return [
        row[0]
        for row in connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p', 'v', 'm', 'f') order by 1"
        ).fetchall()
    ]


def undeclared(connection: Any, declared: dict[str, Table]) -> list[str]:
    """Tables that no app's protection names."""
    return [
        f"{name} is declared by no protection"
        for name in tables(connection)
        if name not in declared
    ]


def naming_tables(connection: Any) -> set[str]:
    """The tables that hold a record (or a part of one) or name it: by key, or by column."""
    rows = connection.execute(
        """with recursive held (oid) as (
             select 'public.records_record'::regclass::oid
             union
             select c.conrelid from pg_constraint c join held h on c.confrelid = h.oid
             where c.contype = 'f'
               and c.conrelid::regclass::text not like 'access%%')
           select relname from pg_class c join held h on h.oid = c.oid
           union
           select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
             and a.attname = any (%s) and not a.attisdropped""",
        [list(NAMING)],
    ).fetchall()
    return {row[0] for row in rows}


def unprotected(connection: Any) -> list[str]:
    """Tables that hold or name records and that the web role reads without a policy."""
    faults = []
    for name in sorted(naming_tables(connection)):
        secured, policies, granted = connection.execute(
            """select c.relrowsecurity,
                      (select count(*) from pg_policies p where p.tablename = c.relname
                        and %(web)s = any (p.roles) and p.cmd in ('ALL', 'SELECT')
                        and coalesce(p.qual, '') <> 'true'),
                      has_any_column_privilege(%(web)s, c.oid, 'SELECT, INSERT, UPDATE')
                      or has_table_privilege(%(web)s, c.oid, 'DELETE')
               from pg_class c where c.relname = %(name)s
               and c.relnamespace = 'public'::regnamespace""",
            {"web": WEB, "name": name},
        ).fetchone()
        if granted and not (secured and policies):
            faults.append(f"{name} holds or names a record and has no policy for {WEB}")
        if not granted and not secured and name not in CLOSED:
            faults.append(f"{name} names a record, is closed, and is not listed with its reason")
    return faults


def unexplained(declared: dict[str, Table]) -> list[str]:
    """Tables that the web role may touch without a policy and without a reason."""
    return [
        f"{t.name} is open to {WEB} without a policy and does not say why"
        for t in declared.values()
        if WEB in t.grants and not t.read and not t.why
    ]


def allowed(connection: Any) -> dict[str, set[tuple[Any, ...]]]:
    """Grants on tables and columns, sequences, policies and row security, as they are."""
    asked = {
        "tables": """select grantee, table_name, privilege_type
            from information_schema.role_table_grants where table_schema = 'public'
            and (grantee = any (%(roles)s) or grantee = 'PUBLIC')
            and table_name not like 'pg\\_%%'""",
        "columns": """select grantee, table_name, column_name, privilege_type
            from information_schema.column_privileges where table_schema = 'public'
            and grantee = any (%(roles)s)""",
        "sequences": """select c.relname, c.relacl::text from pg_class c
            where c.relkind = 'S' and c.relnamespace = 'public'::regnamespace""",
        "policies": """select tablename, policyname, roles::text, cmd, qual, with_check
            from pg_policies where schemaname = 'public'""",
        "secured": """select relname from pg_class where relrowsecurity
            and relnamespace = 'public'::regnamespace""",
    }
    return {
        key: set(connection.execute(query, {"roles": list(ROLES)}).fetchall())
        for key, query in asked.items()
    }


def loose_functions(connection: Any) -> list[str]:
    """Functions that everybody may execute, or that run as the owner on a loose search path."""
    faults = []
    rows = connection.execute(
        f"""select p.oid::regprocedure::text, n.nspname, p.prosecdef, p.proowner::regrole::text,
                  coalesce(array_to_string(p.proconfig, ';'), ''),
                  has_function_privilege('public', p.oid, 'EXECUTE'), p.proleakproof
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in {_APPLICATION}
              and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"""
    ).fetchall()
    for name, schema, definer, owner, config, public, leakproof in rows:
        path = next(
            (part.split("=")[1] for part in config.split(";") if part.startswith("search_path=")),
            "",
        )
        if public and (schema in OURS or definer):
            faults.append(f"everybody may execute {name}")
        if definer and path not in FIXED_PATHS:
            faults.append(f"{name} runs as {owner} on the search path {path!r}")
        if owner != "peel_owner":
            faults.append(f"{name} belongs to {owner}")
        if leakproof:
            faults.append(f"{name} says that it is leakproof")
    return faults


def loose_schemas(connection: Any) -> list[str]:
    """Schemas of ours that everybody may use, or in which a role of ours may make things."""
    rows = connection.execute(
        f"""select n.nspname, r.role, has_schema_privilege(r.role, n.oid, 'CREATE'),
                   n.nspacl::text from pg_namespace n, unnest(%s::text[]) as r (role)
            where n.nspname in {_APPLICATION}""",
        [list(ROLES)],
    ).fetchall()
    faults = [f"{role} may make things in {schema}" for schema, role, makes, _ in rows if makes]
    faults += sorted(
        {
            f"everybody may use {schema}"
            for schema, _, _, acl in rows
            if schema in OURS and (acl is None or "{=" in acl or ",=" in acl)
        }
    )
    return faults


def strong_roles(connection: Any) -> list[str]:
    """Roles of ours that could go past the rules, or that own anything."""
    faults = []
    rows = connection.execute(
        """select r.rolname, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication,
                  exists (select from pg_auth_members m where m.member = r.oid),
                  exists (select from pg_class c where c.relowner = r.oid)
                  or exists (select from pg_proc p where p.proowner = r.oid)
                  or exists (select from pg_namespace n where n.nspowner = r.oid)
                  or exists (select from pg_database d where d.datdba = r.oid)
           from pg_roles r where r.rolname = any (%s)""",
        [["peel_owner", *ROLES]],
    ).fetchall()
    for name, strong, member, owns in rows:
        if strong:
            faults.append(f"{name} is a superuser, bypasses policies, makes roles or replicates")
        if member:
            faults.append(f"{name} is a member of another role")
        if owns and name != "peel_owner":
            faults.append(f"{name} owns something")
    if len(rows) != len(ROLES) + 1:
        faults.append("a role is missing")
    return faults
