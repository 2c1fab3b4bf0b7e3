"""Where pairs are scored: in the run's own DuckDB, or on Spark.

Scoring is the bulk of the work and grows with the number of records. Values are written in one form
and pairs are chosen by DuckDB in any case, and so is a model trained, on so many pairs and no more
however many records there are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import duckdb
from splink import DuckDBAPI

from peel.services.resolution.engine.duck import run

# Splink's names of what it finds, and ours.
SCORED = "unique_id_l as l, unique_id_r as r, match_weight as weight"


class Unavailable(Exception):
    """A backend cannot be used; the message says why and what to do."""


class Backend(Protocol):
    """A place where Splink scores."""

    def api(self, connection: duckdb.DuckDBPyConnection) -> Any:
        """Splink's door to this place."""

    def sql(self, rule: str) -> str:
        """A rule, written for DuckDB, in the words of this place."""

    def given(self, api: Any, connection: duckdb.DuckDBPyConnection, table: str) -> Any:
        """Splink's handle of a table of DuckDB."""

    def taken(self, connection: duckdb.DuckDBPyConnection, found: Any, into: str) -> None:
        """Make a table (l, r, weight) of the pairs that Splink has scored."""


class OnDuckDB:
    """The run's own DuckDB: nothing moves."""

    def api(self, connection: duckdb.DuckDBPyConnection) -> Any:
        """Splink on the very connection."""
        return DuckDBAPI(connection)

    def sql(self, rule: str) -> str:
        """As it is."""
        return rule

    def given(self, api: Any, connection: duckdb.DuckDBPyConnection, table: str) -> Any:
        """The table itself."""
        return api.register(table)

    def taken(self, connection: duckdb.DuckDBPyConnection, found: Any, into: str) -> None:
        """A copy with our names."""
        run(
            connection,
            f"create or replace table {into} as select {SCORED} from {found.physical_name}",
        )


DUCKDB: Backend = OnDuckDB()


@contextmanager
def opened(master: str = "") -> Iterator[Backend]:
    """The backend of a Spark master ("local[2]", "spark://host:7077"); without one, DuckDB.

    Raises Unavailable where Spark is asked for and pyspark or Java is not there.
    """
    if not master:
        yield DUCKDB
        return
    from peel.services.resolution.engine import spark

    with spark.session(master) as one:
        yield spark.OnSpark(one)
