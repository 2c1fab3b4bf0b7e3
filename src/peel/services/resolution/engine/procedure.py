"""The whole procedure on a table of records, without labels: from `raw` to clusters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow

from peel.services.resolution.engine import blocking, predicting, training
from peel.services.resolution.engine.backend import DUCKDB, Backend
from peel.services.resolution.engine.clustering import Edge, clusters, components
from peel.services.resolution.engine.comparisons import Shape
from peel.services.resolution.engine.duck import run
from peel.services.resolution.engine.model import Model
from peel.services.resolution.engine.standard import standardise

# Pairs that weigh less than this are not kept; those within a group are scored all the same.
KEPT = -6.0
LARGEST_FILLED = 400
MANY = 2_000_000
# The least average of two groups, in bits. An average lies below what the whole evidence for the
# two groups is worth, for it counts the poor pairs as much as the good. Chosen on generated people
# (seed 7, usual errors) and on Splink's fake_1000; what is reported is of other files.
LEAST = -2.0
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """What the procedure found: clusters of record numbers, and the pairs that they rest on."""

    clusters: list[list[int]]
    edges: Sequence[Edge]
    model: Model


def resolve(
    connection: duckdb.DuckDBPyConnection, shape: Shape, *, on: Backend = DUCKDB,
    tell: Tell = lambda words: None,
) -> Found:  # fmt: skip
    """Train on `raw` itself, score and cluster: for a file of which nothing is known."""
    tell("Writing values in one form")
    standardise(connection, shape)
    model = training.train(connection, shape, tell=tell)
    edges = paired(connection, model, on=on, tell=tell)
    tell("Clustering")
    return Found(clusters(edges, least=LEAST), edges, model)


def paired(
    connection: duckdb.DuckDBPyConnection, model: Model, *, on: Backend = DUCKDB,
    tell: Tell = lambda words: None,
) -> list[Edge]:  # fmt: skip
    """Choose pairs of `person` and score them, those within groups all."""
    tell("Choosing pairs")
    looked_at = blocking.pairs(connection, model.keys)
    tell(f"Scoring {looked_at:,} pairs")
    # Of many pairs only those are kept that can join something: Python holds each of them.
    least = KEPT if looked_at <= MANY else LEAST
    predicting.predict(connection, model, least=least, on=on)
    tell("Scoring what is missing within groups")
    fill(connection, model, on=on)
    return fetched(connection)


def fetched(connection: duckdb.DuckDBPyConnection, table: str = "edges") -> list[Edge]:
    """The scored pairs as they are clustered."""
    return run(connection, f"select l, r, weight from {table} order by l, r")


def fill(
    connection: duckdb.DuckDBPyConnection, model: Model, least: float = 0.0, on: Backend = DUCKDB
) -> int:
    """Score every pair within the groups that good pairs connect; gives how many were missing.

    Blocking misses pairs of one person that have little in common; whether two groups are one
    person is asked of all pairs between them.
    """
    edges = run(connection, f"select l, r, weight from edges where weight >= {least}")
    groups = [group for group in components(edges, least) if 2 < len(group) <= LARGEST_FILLED]
    if not groups:
        return 0
    run(connection, "create or replace temp table grouped (number bigint, unique_id bigint)")
    rows = [(number, key) for number, group in enumerate(groups) for key in group]
    connection.register("grouped_arrow", pyarrow.table({
        "number": [row[0] for row in rows], "unique_id": [row[1] for row in rows],
    }))  # fmt: skip
    run(connection, "insert into grouped select * from grouped_arrow")
    connection.unregister("grouped_arrow")
    run(
        connection,
        """create or replace table further as
        select '0' as match_key, a.unique_id as join_key_l, b.unique_id as join_key_r
        from grouped a join grouped b on a.number = b.number and a.unique_id < b.unique_id
        anti join edges e on e.l = a.unique_id and e.r = b.unique_id""",
    )
    found = predicting.predict(
        connection, model, least=-200.0, pairs="further", into="filled", on=on
    )
    run(connection, "insert into edges select * from filled")
    return found
