"""A run over who is new: the judgements that new and changed records call for, and no others."""

from collections.abc import Mapping
from typing import Any

from peel.kernel.access.models import Appointment
from peel.services.resolution import changes, gathering, kept, running
from peel.services.resolution.engine import duck, newcomers
from peel.services.resolution.models import Run

# More new ones than this, or than this share of all, are a case for a run over everybody.
MANY, SHARE = 50_000, 0.1


def plan(
    post: Appointment, limits: duck.Limits, *, kind: str = running.PEOPLE,
    number: int | None = None, tell: running.Tell = lambda words: None,
) -> Run:  # fmt: skip
    """Score who is new against everybody, ready to apply, as a run over everybody would.

    Where no earlier run is there to build on, or that run was not applied, everybody is looked at,
    and what the next run needs is kept.
    """
    if kind != running.PEOPLE:
        raise running.CannotRun("Only of people can a run look at who is new alone.")
    with running.desk(post, limits, kind, number, tell) as at:
        where, seen = kept.place(post.organisation_id, at.row.hash), changes.marks()
        with kept.opened(at.connection, where) as there:
            found = _over_the_new(at, where, seen) if there else None
        if found is not None:
            return found
        tell("There is no earlier run to build on: everybody is looked at")
        found = running.over_all(at)
        tell("Keeping what the next run needs")
        kept.write(at.connection, where, at.model, found.pk, seen)
    return found


def _over_the_new(at: running.Desk, where: kept.Place, seen: Mapping[str, Any]) -> Run | None:
    connection, organisation = at.connection, at.post.organisation_id
    since = kept.marks(connection)
    if any(seen[table] < since[table] for table in changes.WATCHED):
        # The database was put back to an earlier state.
        return None
    at.tell("Looking who is new")
    some_left = changes.sort_out(connection, organisation, since)
    wanted = {row[0] for row in duck.run(connection, "from to_read")}
    records = duck.number(connection, "select count(*) from present")
    if len(wanted) > max(MANY, SHARE * records):
        return None
    if duck.number(connection, "select count(*) from gone"):
        kept.forget(connection, "from gone")
    if some_left:
        kept.write_anew(connection, where)
    at.tell(f"Reading {len(wanted):,} people from the database")
    last = duck.number(connection, "select coalesce(max(number), 0) from kept.known")
    gathering.gather(connection, organisation, wanted, last)
    duck.run(
        connection,
        """alter table known rename to arrivals;
        create view known as select number, id, apart from arrivals
        union all select number, id, apart from kept.known""",
    )
    gathering.judged(connection)
    scores = newcomers.scored(connection, at.model, on=at.on, tell=at.tell)
    counts = {"records": records, "fresh": len(wanted)}
    one = running.settled(at, scores, counts, within="involved")
    kept.take_in(connection, where, one.pk, seen)
    duck.run(connection, "drop view known")
    return one
