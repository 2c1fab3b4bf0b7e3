"""New records against all others: what does not concern them is not looked at again.

Beside the run's own tables stands a database `kept` with what an earlier run made of all others:
`known`, `person`, `keyed` (their keys) and `edges` (what their pairs weigh). `judged` holds what
has been judged (one, two, verdict), by the numbers of both.
"""

import duckdb

from peel.services.resolution.engine import blocking, predicting, procedure
from peel.services.resolution.engine.backend import DUCKDB, Backend
from peel.services.resolution.engine.clustering import Edge
from peel.services.resolution.engine.duck import number, run
from peel.services.resolution.engine.model import Model
from peel.services.resolution.engine.standard import standardise

Tell = procedure.Tell


def scored(
    connection: duckdb.DuckDBPyConnection, model: Model, *, on: Backend = DUCKDB,
    tell: Tell = lambda words: None,
) -> list[Edge]:  # fmt: skip
    """Standardise `raw`, which holds the new ones under higher numbers, and score what they touch.

    Gives their pairs, and all pairs within the groups that they could join: as a run over
    everybody would see these groups.
    """
    standardise(connection, model.shape, common=model.common)
    run(connection, "create or replace temp table arrived as select unique_id from person")
    looked_at = blocking.pairs_of_new(connection, model.keys, "kept.keyed")
    tell(f"Scoring {looked_at:,} pairs of the new")
    _bring(connection, "select join_key_l as unique_id from pairs")
    predicting.predict(connection, model, least=procedure.LEAST, on=on)
    _widen(connection)
    _bring(connection, "from involved")
    run(
        connection,
        """insert into edges select e.* from kept.edges e
        semi join involved a on a.unique_id = e.l semi join involved b on b.unique_id = e.r""",
    )
    tell("Scoring what is missing within groups")
    procedure.fill(connection, model, on=on)
    return procedure.fetched(connection)


def _bring(connection: duckdb.DuckDBPyConnection, wanted: str) -> None:
    """Put records of `kept` beside the new ones."""
    run(
        connection,
        f"""insert into person by name select * from kept.person
        where unique_id in ({wanted}) and unique_id not in (select unique_id from person)""",
    )


def _widen(connection: duckdb.DuckDBPyConnection) -> None:
    """`involved`: who a new one weighs with, and all that hang together with those."""
    run(
        connection,
        """create or replace temp table involved as
        select l as unique_id from edges union select r from edges;
        create or replace temp table ties as
        select l, r from kept.edges where weight >= 0
        union all select one, two from judged where verdict = 'same'""",
    )
    before = 0
    while (now := number(connection, "select count(*) from involved")) > before:
        before = now
        run(
            connection,
            """insert into involved
            select r from ties where l in (from involved) and r not in (from involved)
            union select l from ties where r in (from involved) and l not in (from involved)""",
        )
