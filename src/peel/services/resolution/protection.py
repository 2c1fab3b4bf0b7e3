"""Who may touch the tables of resolution: the data office decides, the loader runs."""

from dataclasses import replace

from peel.kernel.base.protection import LOADER, WEB, WORKER, Table
from peel.kernel.records.protection import of_record

_OURS = "organisation_id = any ((select access.current_organisations())::uuid[])"
_DECIDED = "SELECT, UPDATE (state, decided_at, decided_by_id, reason)"
_SETTLED = "SELECT, UPDATE (state, settled_at, settled_by_id, verdict)"
_BOTH = " and exists (select from records_record o where o.id = resolution_proposal.second_id)"
_PROPOSAL = of_record("resolution_proposal", "first_id", _SETTLED, read=_BOTH)

TABLES = (
    Table(
        "resolution_trainedmodel",
        {WEB: _DECIDED, WORKER: "SELECT", LOADER: "SELECT, INSERT, UPDATE"},
        read=_OURS,
    ),
    Table("resolution_run", {WEB: "SELECT", LOADER: "SELECT, INSERT, UPDATE"}, read=_OURS),
    # A run's working table: pairs of records whoever may see them.
    Table("resolution_edge", {LOADER: "SELECT, INSERT, DELETE"}),
    Table(
        "resolution_hiddenpolicy",
        {WEB: "SELECT, INSERT, UPDATE (asks, whom, decided_at, decided_by_id)"},
        read=_OURS,
    ),
    # Written by resolution.note_asking: who was told to ask about what he may not see.
    Table("resolution_asking", {WORKER: "SELECT"}),
    of_record("resolution_change", "record_id", "SELECT"),
    replace(_PROPOSAL, grants={**_PROPOSAL.grants, LOADER: "SELECT, UPDATE"}),
)

LOADED = ("resolution_proposal", "resolution_change")
