"""Who may touch the tables of bulk actions and saved views."""

from peel.kernel.base.protection import WEB, Table

# Whose a view is, and of which list, never changes.
_VIEW = (
    "SELECT, INSERT, UPDATE (name, query, shared, organisation_id, unit_id, saved_at, deleted_at)"
)
_SPEAKER = "(select (access.identity()).{})"

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
    # One's own, and what is shared with the unit or organisation that one acts for.
    Table(
        "lists_savedview",
        {WEB: _VIEW},
        read="user_id = (select access.current_user_id()) or (deleted_at is null and ("
        f"(shared = 'organisation' and organisation_id = {_SPEAKER.format('organisation_id')})"
        f" or (shared = 'unit' and unit_id = {_SPEAKER.format('unit_id')})))",
        write="user_id = (select access.current_user_id())"
        f" and organisation_id = {_SPEAKER.format('organisation_id')}"
        f" and (shared <> 'unit' or unit_id = {_SPEAKER.format('unit_id')})",
    ),
    Table(
        "lists_defaultview",
        {WEB: "SELECT, INSERT, DELETE"},
        read="user_id = (select access.current_user_id())",
    ),
)
