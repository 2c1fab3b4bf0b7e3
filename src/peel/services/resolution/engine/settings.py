"""The comparisons as Splink's settings, and the frequencies as its tables."""

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow
from splink import Linker

from peel.services.resolution.engine import rules
from peel.services.resolution.engine.backend import DUCKDB, Backend
from peel.services.resolution.engine.comparisons import Comparison, Level
from peel.services.resolution.engine.duck import run
from peel.services.resolution.engine.model import OTHERWISE, Model, least_frequency, shares

QUIET = 50
# How many values of a column keep a frequency of their own; the rest share their mean.
KEPT = 20_000


def settings(
    compared: Iterable[Comparison], prior: float, *, final: bool = False, on: Backend = DUCKDB
) -> dict[str, Any]:
    """Splink's settings; `final` with the clamped weights of a model, else with what is known."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [_comparison(each, final, on) for each in compared],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "em_convergence": 0.0005,
        "max_iterations": 30,
    }


def _comparison(each: Comparison, final: bool, on: Backend) -> dict[str, Any]:
    missing = " or ".join(f'"{name}_{side}" is null' for name in each.needs for side in "lr")
    levels: list[dict[str, Any]] = [
        {"sql_condition": on.sql(missing), "label_for_charts": "missing", "is_null_level": True}
    ]
    levels += [_level(level, final, on) for level in each.levels]
    return {"output_column_name": each.name, "comparison_levels": levels}


def _level(level: Level, final: bool, on: Backend) -> dict[str, Any]:
    sql = on.sql(rules.made(level.rule).sql) if level.rule else "ELSE"
    found: dict[str, Any] = {"sql_condition": sql, "label_for_charts": level.words}
    if level.m is not None and level.u is not None:
        m, u = shares(level) if final else (level.m, level.u)
        found |= {"m_probability": m, "u_probability": u}
    if level.tf:
        found |= {"tf_adjustment_column": level.tf, "disable_tf_exact_match_detection": True}
        if final:
            found["tf_minimum_u_value"] = least_frequency(level)
    return found


def linker(
    connection: duckdb.DuckDBPyConnection,
    compared: Iterable[Comparison],
    prior: float,
    *,
    table: str = "person",
    final: bool = False,
    on: Backend = DUCKDB,
) -> Linker:
    """Splink's linker over a table of standardised records."""
    api = on.api(connection)
    data = on.given(api, connection, table)
    return Linker(data, settings(compared, prior, final=final, on=on), log_level=QUIET,
                  validate_settings=False)  # fmt: skip


def frequencies(
    connection: duckdb.DuckDBPyConnection, compared: Iterable[Comparison]
) -> dict[str, dict[str, float]]:
    """How often each value stands, for the columns whose frequency counts."""
    return {column: _frequencies(connection, column) for column in frequency_columns(compared)}


def frequency_columns(compared: Iterable[Comparison]) -> list[str]:
    """The columns whose frequency counts at some level."""
    found = dict.fromkeys(level.tf for each in compared for level in each.levels if level.tf)
    return [column for column in found if column is not None]


def _frequencies(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, float]:
    rows = run(
        connection,
        f"""select v, n, sum(n) over () as whole, count(*) over () as values
        from (select "{column}" as v, count(*) as n from person
              where "{column}" is not null group by 1)
        order by n desc, v limit {KEPT}""",
    )
    if not rows:
        return {OTHERWISE: 1.0}
    whole, values = rows[0][2], rows[0][3]
    found = {value: n / whole for value, n, _, _ in rows}
    left = max(values - len(rows), 0)
    rest = (whole - sum(row[1] for row in rows)) / left / whole if left else 1 / whole
    return {OTHERWISE: rest, **found}


def register_frequencies(
    one: Linker, connection: duckdb.DuckDBPyConnection, model: Model, on: Backend = DUCKDB
) -> None:
    """Give Splink the model's frequencies for the values that these records have."""
    for column, known in model.frequencies.items():
        values = [value for value in known if value != OTHERWISE]
        connection.register("told", pyarrow.table({
            "v": pyarrow.array(values, pyarrow.string()),
            "f": pyarrow.array([known[value] for value in values], pyarrow.float64()),
        }))  # fmt: skip
        run(
            connection,
            f"""create or replace table "frequency_{column}" as
            select p.v as "{column}", coalesce(t.f, {known[OTHERWISE]}::double) as "tf_{column}"
            from (select distinct "{column}" as v from person where "{column}" is not null) p
            left join told t using (v)""",
        )
        connection.unregister("told")
        table = on.given(one._db_api, connection, f"frequency_{column}")
        one.table_management.register_term_frequency_lookup(table, column)
