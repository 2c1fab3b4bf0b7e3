"""How good a model is on the pairs that people have judged: it was trained without them."""

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow

from peel.services.resolution.engine import predicting
from peel.services.resolution.engine.duck import run
from peel.services.resolution.engine.model import Model


def measured(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    said: Iterable[tuple[int, int, str, bool]],
) -> dict[str, Any]:
    """Precision and recall at both bands over firm judgements of people; nothing without any."""
    firm = {(one, two): verdict == "same" for one, two, verdict, person in said
            if person and verdict != "unsure"}  # fmt: skip
    if not firm:
        return {}
    connection.register("firm", pyarrow.table({
        "match_key": ["0"] * len(firm), "join_key_l": [pair[0] for pair in firm],
        "join_key_r": [pair[1] for pair in firm],
    }))  # fmt: skip
    run(connection, "create or replace table firm_pairs as select * from firm")
    connection.unregister("firm")
    predicting.predict(connection, model, least=-500.0, pairs="firm_pairs", into="firm_scored")
    weights = {(one, two): weight for one, two, weight in run(connection, "from firm_scored")}
    same = sum(firm.values())
    found: dict[str, Any] = {"pairs": len(firm), "same": same}
    for name, least in (("join", model.join), ("review", model.review)):
        above = [firm[pair] for pair, weight in weights.items() if weight >= least]
        right = sum(above)
        found[name] = {"precision": right / len(above) if above else 1.0,
                       "recall": right / same if same else 1.0}  # fmt: skip
    return found
