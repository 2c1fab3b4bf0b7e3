"""Scores of candidate pairs by Splink, with the model's own clamped weights and frequencies."""

import duckdb

from peel.services.resolution.engine.backend import DUCKDB, Backend
from peel.services.resolution.engine.duck import number
from peel.services.resolution.engine.model import Model
from peel.services.resolution.engine.settings import linker, register_frequencies


def predict(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    *,
    least: float,
    pairs: str = "pairs",
    into: str = "edges",
    on: Backend = DUCKDB,
) -> int:
    """Score the table of pairs and keep those of at least `least` bits; gives how many.

    What comes out has `l`, `r` and `weight`.
    """
    one = linker(connection, model.comparisons, model.prior, final=True, on=on)
    register_frequencies(one, connection, model, on)
    blocked = on.given(one._db_api, connection, pairs)
    one.table_management.register_blocked_pairs_for_predict(blocked)
    found = one.inference.predict(threshold_match_weight=least, warning_mode="never")
    on.taken(connection, found, into)
    found.drop_table_from_database_and_remove_from_cache()
    one.table_management.delete_tables_created_by_splink_from_db()
    return number(connection, f"select count(*) from {into}")
