"""Roles, passwords, databases and connection addresses of a private server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import runtime
from . import keeping, ports
from .cluster import ROLES, SUPERUSER, Cluster

ROLES_SQL = runtime.ROOT / "src" / "peel" / "kernel" / "base" / "roles.sql"
DATABASE = "peel"
# How each Django alias gets its address: the variable, and the role behind it.
VARIABLES = {
    "default": ("PEEL_DATABASE_URL", "peel_web"),
    "owner": ("PEEL_DATABASE_OWNER_URL", "peel_owner"),
    "door": ("PEEL_DATABASE_DOOR_URL", "peel_door"),
    "relay": ("PEEL_DATABASE_RELAY_URL", "peel_relay"),
    "worker": ("PEEL_DATABASE_WORKER_URL", "peel_worker"),
    "loader": ("PEEL_DATABASE_LOADER_URL", "peel_loader"),
    "sealer": ("PEEL_DATABASE_SEALER_URL", "peel_sealer"),
    "live": ("PEEL_DATABASE_LIVE_URL", "peel_live"),
}


def address(cluster: Cluster, role: str, database: str) -> str:
    """The connection address of `role` for `database`. The server must be running."""
    word = quote(cluster.passwords()[role], safe="")
    return f"postgres://{role}:{word}@{ports.LOCAL}:{cluster.port}/{database}"


def environment(cluster: Cluster, database: str = DATABASE) -> dict[str, str]:
    """The PEEL_DATABASE_* variables for `database` of this server."""
    return {name: address(cluster, role, database) for name, role in VARIABLES.values()}


def connect(cluster: Cluster, database: str, role: str = SUPERUSER) -> Any:
    """An autocommit psycopg connection."""
    import psycopg

    return psycopg.connect(address(cluster, role, database), autocommit=True, connect_timeout=10)


def ensure_roles(cluster: Cluster) -> None:
    """Make Peel's roles and set their passwords; nothing to do when that was done before."""
    with keeping.locked(cluster.notes / "roles.lock"):
        _ensure_roles(cluster)


def _ensure_roles(cluster: Cluster) -> None:
    words = cluster.passwords()
    done = keeping.fingerprint([ROLES_SQL], *words.values())
    if cluster.stamps.has("roles", done):
        return
    from psycopg import sql

    with connect(cluster, "postgres") as connection:
        connection.execute(ROLES_SQL.read_text())
        for role in ROLES:
            connection.execute(
                sql.SQL("alter role {} password {}").format(sql.Identifier(role), words[role])
            )
    cluster.stamps.put("roles", done)


def ensure_database(cluster: Cluster, name: str = DATABASE) -> bool:
    """Make the database if there is none; whether it was made now."""
    from psycopg import sql

    with connect(cluster, "postgres") as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return False
        connection.execute(
            sql.SQL("create database {} owner peel_owner").format(sql.Identifier(name))
        )
    return True


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database with whoever is connected to it."""
    from psycopg import sql

    with connect(cluster, "postgres") as connection:
        connection.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )


def schema_fingerprint() -> str:
    """A hash of everything that decides what `migrate` makes."""
    source = runtime.ROOT / "src" / "peel"
    wanted = [ROLES_SQL, runtime.ROOT / "requirements.lock"]
    for folder, _, names in os.walk(source):
        inside = Path(folder)
        part_of_schema = inside.name in ("migrations", "sql", "data")
        for name in names:
            path = inside / name
            if name.endswith(".pyc"):
                continue
            if part_of_schema or name in _DECLARATIONS or path.suffix == ".sql":
                wanted.append(path)
    return keeping.fingerprint(set(wanted))


# Python files that decide, with the migrations, what a migrated database holds.
_DECLARATIONS = frozenset(
    {"protection.py", "apps.py", "rules.py", "permissions.py", "roles.py"}
    | {"installation.py", "versions.py", "kinds.py", "record.py", "default_roles.toml"}
)
