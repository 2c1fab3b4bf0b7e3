"""Who may touch the machine's own tables."""

from peel.kernel.base.protection import WEB, WORKER, Table

TABLES = (
    # One's own, and of a record only while one may see it. The worker drops what is old.
    Table(
        "machine_draft",
        {WEB: "SELECT, INSERT, UPDATE, DELETE", WORKER: "SELECT (id, changed_at), DELETE"},
        read="appointment_id = (select access.current_appointment_id()) and (record_id is null"
        " or exists (select from records_record r where r.id = machine_draft.record_id))",
    ),
    # One's own keys; the worker drops those that are a day old.
    Table(
        "machine_keptanswer",
        {WEB: "SELECT, INSERT, UPDATE (reference), DELETE", WORKER: "SELECT (id, made_at), DELETE"},
        read="appointment_id = (select access.current_appointment_id())",
    ),
)
