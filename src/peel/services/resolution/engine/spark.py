"""Splink on Spark: for more pairs than one machine can compare in good time.

The same rules on the same values give the same weights as on DuckDB. Spark has no measure of
likeness of strings that counts bytes as DuckDB does, so both measures are Python's, those by which
one pair is scored in process (`rules`); the workers need rapidfuzz and pyarrow.
"""

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from peel.services.resolution.engine.backend import SCORED, Unavailable
from peel.services.resolution.engine.duck import run

# What DuckDB's words are in Spark's SQL.
WORDS = {
    '"': "`", "jaro_winkler_similarity(": "peel_near(", "damerau_levenshtein(": "peel_edits(",
    "list_has_any(": "arrays_overlap(", "list_contains(": "array_contains(",
}  # fmt: skip
PARTITIONS = 8


class OnSpark:
    """A Spark session. Tables go there and come back as Arrow."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def api(self, connection: duckdb.DuckDBPyConnection) -> Any:
        """Splink on the session, without the Java functions that it brings."""
        from splink.backends.spark import SparkAPI

        return SparkAPI(
            spark_session=self.session, break_lineage_method="persist",
            num_partitions_on_repartition=PARTITIONS, register_udfs_automatically=False,
        )  # fmt: skip

    def sql(self, rule: str) -> str:
        """The rule in Spark's SQL."""
        for ours, its in WORDS.items():
            rule = rule.replace(ours, its)
        return rule

    def given(self, api: Any, connection: duckdb.DuckDBPyConnection, table: str) -> Any:
        """A copy of the table."""
        arrow = connection.sql(f'from "{table}"').to_arrow_table()
        return api.register(self.session.createDataFrame(arrow))

    def taken(self, connection: duckdb.DuckDBPyConnection, found: Any, into: str) -> None:
        """What was scored, brought back; what Spark kept of it is let go."""
        scored = found.as_spark_dataframe().selectExpr(*SCORED.split(", ")).toArrow()
        connection.register("scored_arrow", scored)
        run(connection, f"create or replace table {into} as from scored_arrow")
        connection.unregister("scored_arrow")
        self.session.catalog.clearCache()


@contextmanager
def session(master: str) -> Iterator[Any]:
    """A Spark session of our own, ended afterwards. Raises Unavailable."""
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise Unavailable(
            "PEEL_RESOLUTION_SPARK asks for Spark, and pyspark is not installed."
            " requirements-spark.lock names it."
        ) from None
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise Unavailable("Spark needs Java 17 or later, and there is none on this machine.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    logging.getLogger("py4j").setLevel(logging.ERROR)
    builder = SparkSession.builder.master(master).appName("Peel resolution")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": str(PARTITIONS),
        # All comparisons together are more than Java takes in one method.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(name, value)
    one = builder.getOrCreate()
    try:
        _measures(one)
        yield one
    finally:
        one.stop()


def _measures(one: Any) -> None:
    """The two measures of likeness as functions of Spark's SQL.

    They are defined in here so that they go to the workers by value: those have no Peel.
    """
    import pyarrow
    from pyspark.sql.functions import arrow_udf
    from pyspark.sql.types import DoubleType, IntegerType

    def near(left: pyarrow.Array, right: pyarrow.Array) -> pyarrow.Array:
        from rapidfuzz.distance import JaroWinkler

        pairs = zip(left.to_pylist(), right.to_pylist(), strict=True)
        return pyarrow.array(
            [None if a is None or b is None
             else JaroWinkler.similarity(a.encode(), b.encode()) for a, b in pairs],
            pyarrow.float64(),
        )  # fmt: skip

    def edits(left: pyarrow.Array, right: pyarrow.Array) -> pyarrow.Array:
        from rapidfuzz.distance import DamerauLevenshtein

        pairs = zip(left.to_pylist(), right.to_pylist(), strict=True)
        return pyarrow.array(
            [None if a is None or b is None
             else DamerauLevenshtein.distance(a.encode(), b.encode()) for a, b in pairs],
            pyarrow.int32(),
        )  # fmt: skip

    one.udf.register("peel_near", arrow_udf(near, DoubleType()))
    one.udf.register("peel_edits", arrow_udf(edits, IntegerType()))
