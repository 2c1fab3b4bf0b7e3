"""Who may touch POLE's tables: facts are seen with their nominal, links with both their ends."""

from peel.kernel.base.protection import LOADER, WEB, WORKER, Table
from peel.kernel.records.protection import of_record

# A fact that was said in a record which the caller may not see would name that record.
_MARKED = (
    " and {table}.marking <= (select access.current_clearance())"
    " and ({table}.asserted_in_id is null or exists"
    " (select from records_record s where s.id = {table}.asserted_in_id))"
)
_FACTS = (
    "pole_nominalname", "pole_nominaldateofbirth", "pole_nominalidentifier", "pole_nominalfact",
    "pole_nominalmark", "pole_nominalcontact", "pole_pin",
)  # fmt: skip


def _other_end(table: str) -> str:
    return (
        f" and exists (select from records_record o where o.id = {table}.to_record_id)"
        f"{_MARKED.format(table=table)}"
    )


TABLES = (
    *(of_record(table, "nominal_id", read=_MARKED.format(table=table)) for table in _FACTS),
    *(
        of_record(
            f"{table}event", "nominal_id", "SELECT", read=_MARKED.format(table=f"{table}event")
        )
        for table in _FACTS
    ),
    of_record("pole_marker", "record_id", read=_MARKED.format(table="pole_marker")),
    of_record(
        "pole_markerevent", "record_id", "SELECT", read=_MARKED.format(table="pole_markerevent")
    ),
    of_record("pole_link", "from_record_id", read=_other_end("pole_link")),
    of_record("pole_linkevent", "from_record_id", "SELECT", read=_other_end("pole_linkevent")),
    Table(
        "pole_linktype",
        {WEB: "SELECT", WORKER: "SELECT", LOADER: "SELECT"},
        why="the vocabulary of links; no record is held or named",
    ),
    Table(
        "pole_markertype",
        {WEB: "SELECT", WORKER: "SELECT", LOADER: "SELECT"},
        why="the markers that there are; no record is held or named",
    ),
)

LOADED = (*_FACTS, "pole_marker", "pole_link")
