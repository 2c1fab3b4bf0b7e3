"""How an app declares who may touch its tables.

Nothing is granted unless declared here: `records` revokes everything after each migration and
then applies these declarations, so a table that nobody declared is closed to every role.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

WEB, DOOR, RELAY = "peel_web", "peel_door", "peel_relay"
WORKER, LOADER, SEALER = "peel_worker", "peel_loader", "peel_sealer"
LIVE = "peel_live"
ROLES = (WEB, DOOR, RELAY, WORKER, LOADER, SEALER, LIVE)


@dataclass(frozen=True)
class Table:
    """The protection of one table.

    `grants` maps a role to its privileges ("SELECT, INSERT"; columns may be named:
    "SELECT (id, name)"). `read` and `write` are SQL conditions that row-level security applies
    to the web role: `read` decides the rows it sees, updates and deletes, `write` the rows it
    may leave behind (`read` where it is not given). A table that the web role may touch without
    a `read` condition is an exception and must say `why` (checked by a test).
    Other roles granted on a protected table see all of its rows.
    """

    name: str
    grants: Mapping[str, str] = field(default_factory=dict)
    read: str = ""
    write: str = ""
    why: str = ""


_QUEUE = "SELECT, INSERT, UPDATE, DELETE"

TABLES: tuple[Table, ...] = (
    # Whoever writes may add what happened; only the relay and the workers read it.
    Table(
        "base_event",
        {WEB: "INSERT", LOADER: "INSERT", WORKER: "SELECT, INSERT",
         RELAY: "SELECT, UPDATE (published)"},
        read="false",
        write="true",
    ),
    Table("base_delivery", {WORKER: "SELECT, INSERT"}),
    Table("base_publication", {RELAY: "SELECT, UPDATE"}),
    Table("base_partitioned"),
    # Procrastinate's: the relay puts jobs in, the workers take them out.
    Table("procrastinate_jobs", {RELAY: "SELECT, INSERT", WORKER: _QUEUE}),
    Table("procrastinate_events", {RELAY: "INSERT", WORKER: _QUEUE}),
    Table("procrastinate_periodic_defers", {WORKER: _QUEUE}),
    Table("procrastinate_workers", {WORKER: _QUEUE}),
)  # fmt: skip
