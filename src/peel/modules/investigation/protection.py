"""Who may touch investigation's tables."""

from peel.kernel.base.protection import LOADER, WEB, WORKER, Table
from peel.kernel.records.protection import of_record, of_versions

TABLES = (
    of_record("investigation_crimeoutcome", "crime_id"),
    of_versions("investigation_crimeoutcomeevent", "crime_id"),
    Table(
        "investigation_offence",
        {WEB: "SELECT", WORKER: "SELECT", LOADER: "SELECT"},
        why="published offence codes; no record is held or named",
    ),
)

LOADED = ("investigation_crimeoutcome",)
