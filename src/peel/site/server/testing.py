"""The database of a test run: one migrated template, one clone a worker, put right after each test.

Commands open their own transactions and commit for real, so nothing can be rolled back after a
test. Instead the tables that the test filled are emptied, and the few seeded ones that it changed
are filled again; whatever cannot be put right so is answered with a fresh clone.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from .. import runtime
from . import database, keeping, processes
from .cluster import Cluster
from .trouble import Trouble

TEMPLATES_KEPT = 4
TIDY = (
    b"reset all; set session authorization default; close all; unlisten *; discard temp;"
    b" select pg_advisory_unlock_all()"
)
SEED_ROWS_KEPT = 5_000  # a seeded table with more rows than this is restored by a fresh clone


@dataclass
class Seed:
    """A table that migrations filled: how many rows, how new the newest, the rows themselves."""

    rows: int
    newest: int
    content: bytes | None


class Server:
    """The throw-away server that test runs of this checkout share; the last to leave stops it."""

    def __init__(self) -> None:
        system = os.environ.get("PEEL_TEST_POSTGRESQL")
        folder = Path(system) if system else None
        name = f"test-{folder.name}" if folder else "test"
        self.cluster = Cluster(name, durable=False, system=folder)
        self._presence: IO[str] | None = None

    def enter(self) -> None:
        """Start the server, or join those who use it."""
        path = self.cluster.notes / "users.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._presence = path.open("a")
        fcntl.flock(self._presence, fcntl.LOCK_SH)
        self.cluster.start()
        database.ensure_roles(self.cluster)

    def leave(self) -> None:
        """Stop the server if nobody else uses it."""
        if self._presence is None:
            return
        try:
            fcntl.flock(self._presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.environ.get("PEEL_KEEP_TEST_SERVER") != "1":
                self.cluster.stop()
        except BlockingIOError:
            pass
        finally:
            self._presence.close()
            self._presence = None

    def template(self) -> str:
        """The name of a database migrated to the present schema, made if there is none."""
        name = f"peel_template_{database.schema_fingerprint()}"
        with (
            keeping.locked(self.cluster.notes / "template.lock"),
            database.connect(self.cluster, "postgres") as connection,
        ):
            found = "select 1 from pg_database where datname = %s"
            if not connection.execute(found, [name]).fetchone():
                self._sweep(connection)
                self._build(connection, name)
        return name

    def _build(self, connection: psycopg.Connection[Any], name: str) -> None:
        building = "peel_building"
        database.drop_database(self.cluster, building)
        database.ensure_database(self.cluster, building)
        done = subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0",
             "--skip-checks"],
            check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env=child_environment(database.environment(self.cluster, building)),
        )  # fmt: skip
        if done.returncode:
            raise Trouble("The test database could not be migrated.", done.stderr[-4000:])
        with database.connect(self.cluster, building) as made:
            made.execute("vacuum (freeze, analyze)")
        connection.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(building), sql.Identifier(name)
            )
        )

    def _sweep(self, connection: psycopg.Connection[Any]) -> None:
        """Drop what runs that were cut off have left, and templates of long ago."""
        rows = connection.execute(
            "select datname from pg_database where datname like 'peel\\_t%' order by oid desc"
        ).fetchall()
        names = [str(row[0]) for row in rows]
        templates = [name for name in names if name.startswith("peel_template_")]
        gone = [
            name
            for name in names
            if name.startswith("peel_test_") and not processes.alive(int(name.split("_")[2]))
        ]
        for name in (*gone, *templates[TEMPLATES_KEPT - 1 :]):
            database.drop_database(self.cluster, name)


class WorkerDatabase:
    """The clone that one test worker works on."""

    def __init__(self, server: Server, worker: str) -> None:
        self.server = server
        self.name = f"peel_test_{os.getpid()}_{worker}"
        self.template = server.template()
        self._connection: psycopg.Connection[Any] | None = None
        self.seeds: dict[str, Seed] = {}
        self.empty: list[str] = []
        self.clone()
        self.environment = database.environment(server.cluster, self.name)
        os.environ.update(self.environment)
        point_django_at(self.environment)

    def clone(self) -> None:
        """Begin again with a fresh copy of the template."""
        from django.db import connections

        connections.close_all()
        self.close()
        database.drop_database(self.server.cluster, self.name)
        with database.connect(self.server.cluster, "postgres") as connection:
            connection.execute(
                sql.SQL("create database {} template {} owner peel_owner").format(
                    sql.Identifier(self.name), sql.Identifier(self.template)
                )
            )
        self._survey()

    def close(self) -> None:
        """Give up our own connection."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def drop(self) -> None:
        """Remove the clone."""
        self.close()
        database.drop_database(self.server.cluster, self.name)

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """A superuser's connection: rows are put back past triggers and row-level security."""
        if self._connection is None:
            self._connection = database.connect(self.server.cluster, self.name)
            self._connection.execute(
                "set session_replication_role = replica; set lock_timeout = '5s'"
            )
        return self._connection

    def _survey(self) -> None:
        """Learn which tables are empty and what the others hold."""
        rows = self.connection.execute(
            """select format('%I.%I', nspname, relname)
                 from pg_class join pg_namespace n on n.oid = relnamespace
                where relkind = 'r' and relpersistence <> 't'
                  and nspname !~ '^(pg_|information_schema)' order by 1"""
        ).fetchall()
        tables = [str(row[0]) for row in rows]
        filled = self._filled(tables)
        self.empty = [table for table in tables if table not in filled]
        self.seeds = {}
        for table in filled:
            rows_there, newest = self._measure(table)
            kept = self._copy_out(table) if rows_there <= SEED_ROWS_KEPT else None
            self.seeds[table] = Seed(rows_there, newest, kept)

    def _filled(self, tables: list[str]) -> list[str]:
        if not tables:
            return []
        query = " union all ".join(
            f"select {number} where exists (select from {table})"
            for number, table in enumerate(tables)
        )
        found = self.connection.execute(query.encode(), prepare=True).fetchall()
        return [tables[row[0]] for row in found]

    def _measure(self, table: str) -> tuple[int, int]:
        """Rows and the newest transaction that wrote one: together they betray any change."""
        row = self.connection.execute(
            f"select count(*), coalesce(max(xmin::text::bigint), 0) from {table}".encode(),
            prepare=True,
        ).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _copy_out(self, table: str) -> bytes:
        with self.connection.cursor().copy(f"copy {table} to stdout".encode()) as stream:
            return b"".join(bytes(piece) for piece in stream)

    def reset(self) -> None:
        """Put every table back as the template has it."""
        try:
            with self.connection.transaction():
                for table in self._filled(self.empty):
                    self.connection.execute(f"delete from {table}".encode())
                restored = all(self._restore(table) for table in self.seeds)
        except psycopg.Error:
            restored = False
        if not restored:
            self.clone()

    def _restore(self, table: str) -> bool:
        """Fill a seeded table again if it changed; False when that takes a fresh clone."""
        seed = self.seeds[table]
        if self._measure(table) == (seed.rows, seed.newest):
            return True
        if seed.content is None:
            return False
        self.connection.execute(f"delete from {table}".encode())
        with self.connection.cursor().copy(f"copy {table} from stdin".encode()) as stream:
            stream.write(seed.content)
        seed.newest = self._measure(table)[1]
        return True


def child_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a Python process of this checkout."""
    source = str(runtime.ROOT / "src")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "peel.site.settings",
        "PYTHONPATH": os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])]),
        **more,
    }


def tidy_connections() -> None:
    """Leave each connection of Django's as a new one would be, for a new one costs more.

    One that is in a transaction, pooled or broken is closed.
    """
    from django.db import connections
    from psycopg.pq import TransactionStatus

    for wrapper in connections.all(initialized_only=True):
        under = wrapper.connection
        if under is None:
            continue
        idle = not under.closed and under.info.transaction_status == TransactionStatus.IDLE
        try:
            if not idle or wrapper.in_atomic_block or wrapper.settings_dict["OPTIONS"].get("pool"):
                raise psycopg.InterfaceError
            under.execute(TIDY, prepare=False)
            wrapper.run_on_commit, wrapper.needs_rollback = [], False
        except psycopg.Error:
            wrapper.close()


def point_django_at(environment: Mapping[str, str]) -> None:
    """Turn every alias of Django's to the given addresses, connections already made included."""
    from django.db import connections

    from ..settings import connection_of

    aliases = {alias: variable for alias, (variable, _) in database.VARIABLES.items()}
    aliases["audit"] = aliases["default"]
    connections.close_all()
    for alias, variable in aliases.items():
        wanted = connection_of(environment[variable])
        target = connections.settings[alias]
        for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
            target[key] = wanted[key]
