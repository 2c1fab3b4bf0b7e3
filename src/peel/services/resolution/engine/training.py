"""Training without labels: Splink's EM on blocks, then the prior from the candidate pairs.

What the reference method does not do: the random pairs from which the chance agreements (u) are
counted hold true matches too, where everybody is recorded ten times. Their share is known once EM
has run, so they are taken out, and EM runs again.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from peel.services.resolution.engine import blocking, predicting, rules
from peel.services.resolution.engine.comparisons import Comparison, Shape, comparisons
from peel.services.resolution.engine.duck import number, run
from peel.services.resolution.engine.model import Model, clamped
from peel.services.resolution.engine.settings import frequencies, linker

SEED = 5
RANDOM_PAIRS, TRAINING_PAIRS = 1_500_000, 1_000_000
# Keys on whose blocks EM runs: the fields in a key cannot be learnt from its blocks, so several.
TRAINING = (
    ("born",), ("forename", "surname"), ("postcode",), ("surname", "postcode"),
)  # fmt: skip
FIRST_PRIOR, MIXED_IN = 1e-4, 0.005
# Blocks of fewer pairs teach nothing.
FEWEST = 20
# A sample of what the model holds for matches, out of what was scored for the prior.
MATCHES = """select row_number() over () as number, l, r from (
    select l, r from tried where weight >= 4 order by hash(l, r) limit 20000)"""
Tell = Callable[[str], None]


def train(
    connection: duckdb.DuckDBPyConnection,
    shape: Shape,
    *,
    rounds: int = 2,
    tell: Tell = lambda words: None,
) -> Model:
    """Train a model on the table `person`."""
    records = _count(connection)
    compared = comparisons(shape)
    tell("Choosing the pairs to look at")
    counted = blocking.counted(connection, blocking.keys(shape))
    keys = blocking.chosen(counted, records)
    common = [row[0] for row in run(connection, "select unnest(common) from common")]
    model = Model(shape, FIRST_PRIOR, compared, keys, common=common,
                  frequencies=frequencies(connection, compared))  # fmt: skip
    candidates = blocking.pairs(connection, keys)
    tell(f"Chance agreements of {RANDOM_PAIRS:,} random pairs")
    seen = _random(connection, model)
    model.comparisons = seen
    random_u = {(each.name, place): level.u
                for each in seen for place, level in enumerate(each.levels)}  # fmt: skip
    for turn in range(rounds):
        tell(f"Expectation maximisation, round {turn + 1} of {rounds}")
        model.comparisons = _smoothed(_expectation(connection, model))
        model.prior = _prior(connection, model, records)
        if turn + 1 < rounds:
            _take_out_matches(model, random_u)
    if records > blocking.LARGE:
        used = [each for each in counted if each.key in keys]
        keys = model.keys = blocking.fewest(connection, used, MATCHES)
    model.trained = {
        "records": records, "candidates": candidates, "seed": SEED,
        "keys": [[each.key.name, each.pairs, each.key in keys] for each in counted],
        "clamped": clamped(model.comparisons),
    }  # fmt: skip
    return model


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return number(connection, "select count(*) from person")


def _random(connection: duckdb.DuckDBPyConnection, model: Model) -> list[Comparison]:
    one = linker(connection, model.comparisons, model.prior)
    one.training.estimate_u_using_random_sampling(
        max_pairs=RANDOM_PAIRS, seed=SEED, min_count_per_level=None
    )
    return _read(one, model.comparisons)


def _expectation(connection: duckdb.DuckDBPyConnection, model: Model) -> list[Comparison]:
    one = linker(connection, model.comparisons, model.prior)
    for key in training_keys(connection, model.comparisons):
        sql = " and ".join(f'l."{column}" = r."{column}"' for column in key)
        before = one._settings_obj.core_model_settings.copy()
        try:
            one.training.estimate_parameters_using_expectation_maximisation(
                sql, estimate_without_term_frequencies=True, max_pairs=TRAINING_PAIRS
            )
        except ValueError:
            # Where a block holds next to no match, a chance of its matches goes to nothing, which
            # Splink refuses: such a block teaches nothing, the others do. What Splink has put in
            # order for the block is put back.
            one._settings_obj.core_model_settings = before
    return _read(one, model.comparisons)


def training_keys(
    connection: duckdb.DuckDBPyConnection, compared: Sequence[Comparison]
) -> list[tuple[str, ...]]:
    """Keys such that each comparison is learnt from the blocks of at least one of them."""
    looked_at = {each.name: _columns(each) for each in compared}
    every = set().union(*looked_at.values())
    single = [(name,) for name in looked_at if name not in {"forename", "surname", "rest", "sex"}]
    found: list[tuple[str, ...]] = []
    for key in dict.fromkeys((*TRAINING, *single)):
        if not set(key) <= every or len(found) >= 4:
            continue
        columns = ", ".join(f'"{column}"' for column in key)
        filled = " and ".join(f'"{column}" is not null' for column in key)
        made = number(
            connection,
            f"""select coalesce(sum(n * (n - 1) // 2), 0) from (
            select count(*) as n from person where {filled} group by {columns})""",
        )
        if FEWEST <= made <= 40 * TRAINING_PAIRS:
            found.append(key)
    return found


def _columns(each: Comparison) -> set[str]:
    levels = [rules.columns_of(level.rule) for level in each.levels if level.rule]
    return set(each.needs).union(*levels)


def _read(one: Any, compared: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons with what Splink has learnt."""
    learnt = {each.output_column_name: each for each in one._settings_obj.comparisons}
    found = []
    for each in compared:
        levels = learnt[each.name]._comparison_levels_excluding_null
        pairs = zip(each.levels, levels, strict=True)
        found.append(replace(each, levels=[
            replace(level, m=_number(its.m_probability), u=_number(its.u_probability))
            for level, its in pairs
        ]))  # fmt: skip
    return found


def _smoothed(compared: Sequence[Comparison]) -> list[Comparison]:
    """No level is impossible because it was not met: a little of an even spread is mixed in."""
    found = []
    for each in compared:
        even = 1 / len(each.levels)
        found.append(replace(each, levels=[
            replace(level, m=(1 - MIXED_IN) * level.m + MIXED_IN * even) if level.m else level
            for level in each.levels
        ]))  # fmt: skip
    return found


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _prior(connection: duckdb.DuckDBPyConnection, model: Model, records: int) -> float:
    """How likely two random records match: EM of this one share over the candidate pairs."""
    predicting.predict(connection, model, least=-30.0, into="tried")
    every = records * (records - 1) / 2
    prior = model.prior
    run(
        connection,
        f"""create or replace temp table weighed as
        select round(weight - ({model.prior_weight})::double, 1) as w, count(*) as n
        from tried group by 1""",
    )
    rows = run(connection, "select w, n from weighed")
    for _ in range(40):
        base = math.log2(prior / (1 - prior))
        expected = sum(n / (1 + 2 ** -max(min(w + base, 60), -60)) for w, n in rows)
        prior = min(max(expected / every, 0.5 / every), 0.1)
    return prior


def _take_out_matches(model: Model, random_u: dict[tuple[str, int], float | None]) -> None:
    """u = (what was counted - prior * m) / (1 - prior), never less than a fiftieth of it."""
    for each in model.comparisons:
        for place, level in enumerate(each.levels):
            counted = random_u[each.name, place]
            if counted is not None and level.m is not None:
                clean = (counted - model.prior * level.m) / (1 - model.prior)
                level.u = max(clean, counted / 50)
