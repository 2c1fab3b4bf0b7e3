"""Who is new, has changed or is gone since the file of an earlier run (`kept`) was written.

A record's own version tells of whatever is said on the record. What is told elsewhere (a home, the
address of a home, a report that is restricted by now) is read from the versions that triggers keep.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import duckdb
import pyarrow
from django.db import connections

from peel.services.resolution import gathering
from peel.services.resolution.engine.duck import number, run
from peel.services.resolution.models import Run

# How far behind the mark a transaction may have written that was under way when it was set.
BEHIND = 1_000_000
_HOMES = "('home', 'previous_home')"
_SAID_IN = " union ".join(
    f"select nominal_id from {table} where asserted_in_id in (select id from hidden)"
    for table in ("pole_nominalname", "pole_nominaldateofbirth", "pole_nominalidentifier",
                  "pole_nominalcontact", "pole_nominalfact")
)  # fmt: skip
# Of which people the versions after a mark tell that something else about them has changed.
WATCHED = {
    "pole_linkevent": f"select v.from_record_id from pole_linkevent v"
    f" where v.type_id in {_HOMES} and {{since}}",
    "pole_locationevent": "select l.from_record_id from pole_locationevent v join pole_link l"
    f" on l.to_record_id = v.pgh_obj_id and l.type_id in {_HOMES} where {{since}}",
    # A record whose visibility was changed: its facts count, or no longer do.
    "records_recordevent": f"""with hidden as (
      select distinct v.pgh_obj_id as id from records_recordevent v
      where {{since}} and exists (select from records_recordevent e
        where e.pgh_obj_id = v.pgh_obj_id
        and (e.restricted, e.marking) is distinct from (v.restricted, v.marking)))
    select l.from_record_id from pole_link l where l.type_id in {_HOMES}
      and (l.asserted_in_id in (select id from hidden) or l.to_record_id in (select id from hidden))
    union {_SAID_IN}""",
}


def marks() -> dict[str, Any]:
    """How far the versions have come and which transactions are under way; read before all else."""
    with connections[gathering.USING].cursor() as cursor:
        found: dict[str, Any] = {}
        for table in WATCHED:
            cursor.execute(f"select coalesce(max(pgh_id), 0) from {table}")
            [found[table]] = cursor.fetchone()
        cursor.execute(
            "select array(select (x::text::numeric % 4294967296)::text"
            " from pg_snapshot_xip(pg_current_snapshot()) x)"
        )
        [found["under way"]] = cursor.fetchone()
    return found


def touched(since: Mapping[str, Any]) -> set[UUID]:
    """Who was changed through something other than the record itself."""
    found: set[UUID] = set()
    with connections[gathering.USING].cursor() as cursor:
        for table, sql in WATCHED.items():
            mark, busy = int(since[table]), since["under way"]
            after = f"v.pgh_id > {mark}"
            if busy:
                after = (f"v.pgh_id > {mark - BEHIND} and ({after}"
                         f" or v.xmin::text = any(%(busy)s))")  # fmt: skip
            cursor.execute(sql.format(since=after), {"busy": busy})
            found.update(row[0] for row in cursor.fetchall())
    return found


def sort_out(
    connection: duckdb.DuckDBPyConnection, organisation: UUID, since: Mapping[str, Any]
) -> bool:
    """Make `gone` (number) and `to_read` (id): who is to be forgotten, and who to be read anew.

    To read are the new, the changed, and those of whom no run that was applied has taken account.
    Gives whether some have left the database.
    """
    gathering.present(connection, organisation)
    applied = Run.objects.using(gathering.USING).filter(
        organisation_id=organisation, state=Run.State.APPLIED
    )
    connection.register("told_ids", pyarrow.table({
        "id": pyarrow.array(map(str, touched(since)), pyarrow.string())
    }))  # fmt: skip
    connection.register("told_runs", pyarrow.table({
        "run": pyarrow.array([str(key) for key in applied.values_list("pk", flat=True)],
                             pyarrow.string())
    }))  # fmt: skip
    run(
        connection,
        """create or replace temp table left_out as
        select number from kept.known anti join present using (id);
        create or replace temp table unsettled as
        select k.number, k.id from kept.known k join present p using (id)
        where p.version is distinct from k.version or p.apart is distinct from k.apart
          or k.run not in (from told_runs) or k.id in (select id::uuid from told_ids);
        create or replace temp table gone as
        from left_out union all select number from unsettled;
        create or replace temp table to_read as
        select id from unsettled
        union all select id from present anti join kept.known using (id)""",
    )
    connection.unregister("told_ids")
    connection.unregister("told_runs")
    return number(connection, "select count(*) from left_out") > 0
