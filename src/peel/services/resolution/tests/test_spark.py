"""Spark and DuckDB tell the same people apart: FEBRL 3, trained, scored and clustered on each.

Run by `./peel test --spark`, which sees to it that pyspark is there.
"""

from pathlib import Path

import pytest

from peel.services.resolution.engine import backend, duck, files, model, procedure, training
from peel.services.resolution.engine.evaluation import score

pytestmark = [pytest.mark.spark, pytest.mark.slow]
DATA = Path(__file__).parent / "data"


def resolved(master: str) -> tuple[set[frozenset[int]], dict[int, str], model.Model]:
    columns = files.read_map(DATA / "febrl.toml")
    limits = duck.Limits(memory="800MB", threads=2)
    with duck.opened(limits) as connection, backend.opened(master) as on:
        files.load(connection, DATA / "febrl3.csv.gz", columns, "person")
        found = procedure.resolve(connection, columns.shape, on=on)
        truth = dict(duck.run(connection, "select unique_id, person from truth"))
    return {frozenset(group) for group in found.clusters}, truth, found.model


def test_duckdb_and_spark_give_the_same_clusters(monkeypatch):
    monkeypatch.setattr(training, "RANDOM_PAIRS", 150_000)
    on_duckdb, truth, ours = resolved("")
    on_spark, _, its = resolved("local[2]")
    assert score(on_duckdb, truth).f1 >= 0.995
    assert on_spark == on_duckdb
    for one, two in zip(ours.comparisons, its.comparisons, strict=True):
        for left, right in zip(one.levels, two.levels, strict=True):
            assert model.weight(left) == pytest.approx(model.weight(right), abs=0.01), left.words
