"""Who may touch the tables of bulk actions."""

from peel.kernel.base.protection import WEB, Table

TABLES = (
    # One's own actions, and of their rows those whose records one may see.
    Table(
        "lists_bulk",
        {WEB: "SELECT, INSERT, UPDATE (answers, confirmed_at), DELETE"},
        read="appointment_id = (select access.current_appointment_id())",
    ),
    Table(
        "lists_bulkrow",
        {WEB: "SELECT, INSERT, UPDATE (outcome, reason), DELETE"},
        read="exists (select from lists_bulk b where b.id = lists_bulkrow.bulk_id)"
        " and exists (select from records_record r where r.id = lists_bulkrow.record_id)",
    ),
)
