"""The rule of visibility as row-level security, and the protection of records' own tables."""

from dataclasses import replace

from peel.kernel.base.protection import LOADER, WEB, WORKER, Table

READ_WRITE = "SELECT, INSERT, UPDATE"
_ADMITTED = (
    "exists (select from records_admission a where a.record_id = {key}"
    " and a.user_id = (select access.current_user_id()) and a.ended_at is null"
    " and (a.until is null or a.until > statement_timestamp()))"
)

# Who may see a record, what it is and where it came from are not for plain UPDATE: visibility is
# changed by `records.set_visibility`, which asks for the permission.
_RECORD = (
    "SELECT, INSERT, UPDATE (title, owner_unit_id, state, version,"
    " changed_at, changed_by_id, changed_through)"
)


def _rule(key: str, prefix: str) -> str:
    """The condition on a row that holds the visibility columns itself."""
    return (
        f"{prefix}organisation_id = any ((select access.current_organisations())::uuid[])"
        f" and {prefix}marking <= (select access.current_clearance())"
        f" and (not {prefix}restricted or {_ADMITTED.format(key=key)})"
    )


def of_kind(table: str) -> Table:
    """The protection of a kind's own table, by the columns it carries."""
    rule = _rule(f"{table}.record_ptr_id", "carried_")
    return Table(table, {WEB: READ_WRITE, WORKER: READ_WRITE, LOADER: "SELECT"}, read=rule)


def of_record(
    table: str, column: str, privileges: str = READ_WRITE, *, read: str = "", write: str = ""
) -> Table:
    """The protection of a table whose rows belong to a record: seen where the record is seen."""
    visible = f"exists (select from records_record r where r.id = {table}.{column})"
    grants = {WEB: privileges, WORKER: privileges, LOADER: "SELECT"}
    return Table(table, grants, read=f"{visible}{read}", write=write)


def of_versions(table: str, column: str = "pgh_obj_id") -> Table:
    """The protection of a table of versions: read where the record is seen, written by triggers."""
    return of_record(table, column, "SELECT")


_CLEARED = " and {table}.marking <= (select access.current_clearance())"
_ATTACHED = "exists (select from records_attachment a where a.id = {table}.attachment_id)"
# A file is withdrawn by its record's people and cleared by the scanner; all else stands for good.
_WITHDRAW = "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id, withdraw_reason)"


def _files() -> tuple[Table, ...]:
    """Attachments and what belongs to them; a blob is seen by whoever sees a file that it holds."""
    attachment, event = "records_attachment", "records_attachmentevent"
    held = of_record(attachment, "record_id", read=_CLEARED.format(table=attachment))
    blob = "exists (select from {} h where h.blob_id = files_blob.id)"
    return (
        replace(held, grants={WEB: _WITHDRAW, WORKER: "SELECT, UPDATE (scan)"}),
        of_record(event, "record_id", "SELECT", read=_CLEARED.format(table=event)),
        Table(
            "records_preview",
            {WEB: "SELECT", WORKER: "SELECT, INSERT"},
            read=_ATTACHED.format(table="records_preview"),
        ),
        of_record(
            "records_handover", "record_id", "SELECT, INSERT",
            read=f" and {_ATTACHED.format(table='records_handover')}",
        ),
        Table(
            "files_blob",
            {WEB: "SELECT (id, organisation_id, sha256, size, media_type, key_id, wrapped_key)",
             WORKER: "SELECT"},
            read=f"{blob.format(attachment)} or {blob.format('records_preview')}"
            " or exists (select from records_preview h where h.large_id = files_blob.id)",
        ),
    )  # fmt: skip


TABLES = (
    *_files(),
    Table(
        "records_record",
        {WEB: _RECORD, WORKER: _RECORD, LOADER: "SELECT"},
        read=_rule("records_record.id", ""),
    ),
    of_versions("records_recordevent"),
    of_record("records_restriction", "record_id"),
    Table(
        "records_admission",
        {WEB: "SELECT", WORKER: "SELECT"},
        read="user_id = (select access.current_user_id()) and ended_at is null"
        " and (until is null or until > statement_timestamp())",
    ),
    # Whoever broke the glass reads his own act; those whom it concerns and the auditors of the
    # record's organisation read it too, and what was thought of it.
    Table(
        "records_breakglass",
        {WEB: "SELECT", WORKER: "SELECT"},
        read="user_id = (select access.current_user_id())"
        " or (select access.current_user_id()) = any (concerned)"
        " or (organisation_id = (select (access.identity()).organisation_id)"
        " and (select access.may('oversight.audit.view')))",
    ),
    Table(
        "records_judgement",
        {WEB: "SELECT", WORKER: "SELECT"},
        read="exists (select from records_breakglass g where g.id = break_glass_id"
        " and g.user_id <> (select access.current_user_id()))",
    ),
    Table("records_document", {LOADER: "SELECT"}),
    Table(
        "records_recent",
        {WEB: "SELECT, INSERT, UPDATE, DELETE"},
        read="appointment_id = (select access.current_appointment_id())"
        " and exists (select from records_record r where r.id = records_recent.record_id)",
    ),
    Table("records_staged", {LOADER: "SELECT, INSERT, DELETE"}),
    Table(
        "records_kindtable",
        {WEB: "SELECT", WORKER: "SELECT", LOADER: "SELECT"},
        why="names of tables and columns; no record is held or named",
    ),
    Table("records_loadtarget", {LOADER: "SELECT"}),
    Table("records_tally"),
    Table("pghistory_context", why="of pghistory, and empty: who and how stand in the record"),
)
