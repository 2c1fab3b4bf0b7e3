"""Who may touch the machine's own tables."""

from peel.kernel.base.protection import WEB, WORKER, Table

# Whose a view is, and of which list, never changes.
_VIEW = (
    "SELECT, INSERT, UPDATE (name, query, shared, organisation_id, unit_id, saved_at, deleted_at)"
)
_SPEAKER = "(select (access.identity()).{})"

TABLES = (
    # One's own, and of a record only while one may see it. The worker drops what is old.
    Table(
        "machine_draft",
        {WEB: "SELECT, INSERT, UPDATE, DELETE", WORKER: "SELECT (id, changed_at), DELETE"},
        read="appointment_id = (select access.current_appointment_id()) and (record_id is null"
        " or exists (select from records_record r where r.id = machine_draft.record_id))",
    ),
    # One's own, and what is shared with the unit or organisation that one acts for.
    Table(
        "machine_savedview",
        {WEB: _VIEW},
        read="user_id = (select access.current_user_id()) or (deleted_at is null and ("
        f"(shared = 'organisation' and organisation_id = {_SPEAKER.format('organisation_id')})"
        f" or (shared = 'unit' and unit_id = {_SPEAKER.format('unit_id')})))",
        write="user_id = (select access.current_user_id())"
        f" and organisation_id = {_SPEAKER.format('organisation_id')}"
        f" and (shared <> 'unit' or unit_id = {_SPEAKER.format('unit_id')})",
    ),
    Table(
        "machine_defaultview",
        {WEB: "SELECT, INSERT, DELETE"},
        read="user_id = (select access.current_user_id())",
    ),
    # One's own keys; the worker drops those that are a day old.
    Table(
        "machine_keptanswer",
        {WEB: "SELECT, INSERT, UPDATE (reference), DELETE", WORKER: "SELECT (id, made_at), DELETE"},
        read="appointment_id = (select access.current_appointment_id())",
    ),
)
