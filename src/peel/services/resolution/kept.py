"""What a run leaves for the next, so that it looks at what is new alone: one DuckDB file.

The file holds everybody in the form in which they are compared, so it lies in a folder that nobody
else reads, is made by `run --new` only, and is made anew wherever it does not fit: another
database, model or format. Whoever has gone from the database is taken out at the next run, and the
file is then written anew, for DuckDB would leave what was deleted in it.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
from django.conf import settings
from django.db import connections

from peel.services.resolution import gathering
from peel.services.resolution.engine import blocking
from peel.services.resolution.engine.duck import run
from peel.services.resolution.engine.model import Model

FORMAT = 1
TABLES = ("known", "person", "keyed", "edges")


@dataclass(frozen=True)
class Place:
    """Where the file of an organisation and a model lies, and of which database it must be."""

    path: Path
    about: str


def place(organisation: UUID, fingerprint: str) -> Place:
    """The place of the file for this database and the model of a fingerprint."""
    with connections[gathering.USING].cursor() as cursor:
        cursor.execute("select oid::text from pg_database where datname = current_database()")
        [database] = cursor.fetchone()
    about = json.dumps([FORMAT, duckdb.__version__, database, str(organisation), fingerprint])
    return Place(Path(settings.PEEL_RESOLUTION_KEPT) / f"{organisation}.duckdb", about)


@contextlib.contextmanager
def opened(connection: duckdb.DuckDBPyConnection, where: Place) -> Iterator[bool]:
    """Attach the file as `kept`. Gives False, with nothing attached, where it is not of use."""
    attached = False
    try:
        if where.path.exists():
            run(connection, f"attach '{where.path}' as kept")
            attached = run(connection, "select about from kept.header") == [(where.about,)]
    except duckdb.Error:
        attached = False
    try:
        yield attached
    finally:
        with contextlib.suppress(duckdb.Error):
            run(connection, "detach kept")


def marks(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """How far the changes had come when the file was written."""
    found: dict[str, Any] = json.loads(run(connection, "select marks from kept.header")[0][0])
    return found


def write(
    connection: duckdb.DuckDBPyConnection, where: Place, model: Model, of_run: UUID,
    seen: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write the file from the tables of a run over everybody. It is there whole or not at all."""
    where.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _anew(connection, where.path):
        run(
            connection,
            f"""create table fresh.known as select *, '{of_run}' as run from known;
            create table fresh.person as from person;
            create table fresh.edges as from edges;
            create table fresh.keyed as {blocking.every_key(model.keys)}""",
        )
        connection.execute(
            "create table fresh.header as select ? as about, ? as marks",
            [where.about, json.dumps(seen)],
        ).fetchall()


def take_in(
    connection: duckdb.DuckDBPyConnection, where: Place, of_run: UUID, seen: Mapping[str, Any]
) -> None:
    """Add what a run over the new ones has made, in one transaction."""
    run(
        connection,
        f"""begin;
        insert into kept.known by name select *, '{of_run}' as run from arrivals;
        insert into kept.person by name select * from person semi join arrived using (unique_id);
        insert into kept.keyed from keyed_new;
        insert into kept.edges from edges e anti join kept.edges k on k.l = e.l and k.r = e.r""",
    )
    connection.execute("update kept.header set marks = ?", [json.dumps(seen)]).fetchall()
    run(connection, "commit")


def forget(connection: duckdb.DuckDBPyConnection, numbers: str) -> None:
    """Take records out; `numbers` is a query."""
    run(connection, f"create or replace temp table forgotten as {numbers}")
    which = "in (from forgotten)"
    run(
        connection,
        f"""begin;
        delete from kept.known where number {which};
        delete from kept.person where unique_id {which};
        delete from kept.keyed where unique_id {which};
        delete from kept.edges where l {which} or r {which};
        commit""",
    )


def write_anew(connection: duckdb.DuckDBPyConnection, where: Place) -> None:
    """Copy the file, so that nothing of what was taken out is left in it."""
    with _anew(connection, where.path):
        for name in ("header", *TABLES):
            run(connection, f"create table fresh.{name} as from kept.{name}")
    run(connection, "detach kept")
    run(connection, f"attach '{where.path}' as kept")


@contextlib.contextmanager
def _anew(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """A database `fresh` that takes the place of the file once it is whole."""
    partial = path.with_suffix(".partial")
    for left in (partial, partial.with_name(f"{partial.name}.wal")):
        left.unlink(missing_ok=True)
    run(connection, f"attach '{partial}' as fresh")
    try:
        yield
    finally:
        run(connection, "detach fresh")
    partial.chmod(0o600)
    os.replace(partial, path)
