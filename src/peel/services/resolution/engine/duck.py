"""A DuckDB that keeps to its memory, its threads and its folder, and fetches nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from peel.services.resolution.engine.folders import private


@dataclass(frozen=True)
class Limits:
    """What one run may take. `memory` is DuckDB's share; Python's own comes on top."""

    memory: str = "1100MB"
    threads: int = 2
    folder: Path | None = None


@contextmanager
def opened(limits: Limits = Limits()) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills into a folder of its own, removed afterwards."""
    with private(limits.folder) as folder:
        connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": limits.memory,
                "threads": limits.threads,
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "preserve_insertion_order": False,
            },
        )
        # It would be drawn on standard output, which is for what a program reads.
        run(connection, "set enable_progress_bar = false")
        try:
            yield connection
        finally:
            connection.close()


def run(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Run a statement and give all its rows: DuckDB 2 refuses the next while one is unfinished."""
    return connection.execute(sql).fetchall()


def number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The first value of the first row."""
    return int(run(connection, sql)[0][0])
