"""What was judged before a run, and which records it leaves to people."""

from collections.abc import Iterable

import duckdb
import pyarrow

from peel.kernel.base import clock
from peel.services.resolution.engine import duck, guards, planning, predicting
from peel.services.resolution.engine.clustering import Edge
from peel.services.resolution.engine.model import Model

MINORITY = 18
# By record number: the two, the verdict, and whether a person said so.
Said = tuple[int, int, str, bool]


def said(connection: duckdb.DuckDBPyConnection, within: str = "") -> list[Said]:
    """The judgements that hold between records that the run knows (`gathering.judged`).

    `within` is a table of records: those between two of them alone.
    """
    both = f" where one in (from {within}) and two in (from {within})" if within else ""
    return duck.run(connection, f"select one, two, verdict, person from judged{both}")


def held(
    connection: duckdb.DuckDBPyConnection, model: Model, told: Iterable[Said], why_alone: str
) -> planning.Held:
    """What was judged before, and who is left to people."""
    people: dict[str, list[planning.Pair]] = {"same": [], "different": [], "unsure": []}
    ours: list[planning.Pair] = []
    for one, two, verdict, person in told:
        (ours if verdict == "same" and not person else people[verdict]).append((one, two))
    return planning.Held(
        same=people["same"], ours=ours, different=frozenset(people["different"]),
        unsure=frozenset(people["unsure"]), alone=_for_people(connection, model),
        twins=frozenset(guards.twins(connection, model)), why_alone=why_alone,
    )  # fmt: skip


def weigh(connection: duckdb.DuckDBPyConnection, model: Model, told: Iterable[Said]) -> list[Edge]:
    """What pairs weigh that earlier runs have joined and that blocking does not bring any more.

    They go into `edges` as well.
    """
    ours = [(one, two) for one, two, verdict, person in told if verdict == "same" and not person]
    connection.register("ours", pyarrow.table({
        "l": pyarrow.array([one for one, _ in ours], pyarrow.int64()),
        "r": pyarrow.array([two for _, two in ours], pyarrow.int64()),
    }))  # fmt: skip
    duck.run(
        connection,
        """create or replace table ours_pairs as
        select '0' as match_key, o.l as join_key_l, o.r as join_key_r
        from ours o anti join edges e on e.l = o.l and e.r = o.r""",
    )
    connection.unregister("ours")
    if not duck.number(connection, "select count(*) from ours_pairs"):
        return []
    predicting.predict(connection, model, least=-500.0, pairs="ours_pairs", into="ours_scored")
    duck.run(connection, "insert into edges select * from ours_scored")
    return duck.run(connection, "select l, r, weight from ours_scored order by l, r")


def _for_people(connection: duckdb.DuckDBPyConnection, model: Model) -> frozenset[int]:
    """Records that no run joins: restricted, marked above OFFICIAL, or of somebody under 18."""
    asked = "select number from known where apart = '1'"
    if model.shape.born:
        today = clock.today()
        cut = today.replace(year=today.year - MINORITY, day=min(today.day, 28)).isoformat()
        young = f"len(list_filter(births, lambda b: b >= left('{cut}', length(b)))) > 0"
        asked += f" union select unique_id from person where {young}"
    return frozenset(row[0] for row in duck.run(connection, asked))
