"""Who may touch the tables of imports: one's own, through the pages; the loader does the work."""

from peel.kernel.base.protection import LOADER, WEB, WORKER, Table

_MINE = "{}appointment_id = (select access.current_appointment_id())"

TABLES = (
    # Only before it has begun does whoever brought it change it; then the loader does.
    Table(
        "exchange_import",
        {
            WEB: "SELECT, INSERT, UPDATE (mapping, state), DELETE",
            WORKER: "SELECT",
            LOADER: "SELECT, INSERT, UPDATE",
        },
        read=_MINE.format(""),
    ),
    Table(
        "exchange_importrow",
        {WEB: "SELECT", LOADER: "SELECT, INSERT"},
        read="exists (select from exchange_import i where i.id = exchange_importrow.of_id)",
    ),
)
