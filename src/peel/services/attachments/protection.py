"""Who may touch what is said of files: seen with the file, and with the person who is named."""

from peel.kernel.base.protection import WEB, WORKER, Table

_FILE = "exists (select from records_attachment a where a.id = {t}.attachment_id)"
_FACE = "exists (select from attachments_face f where f.id = {t}.face_id)"
_PERSON = "exists (select from records_record r where r.id = {t}.nominal_id)"
_SAID = (
    "{t}.marking <= (select access.current_clearance()) and ({t}.asserted_in_id is null"
    " or exists (select from records_record s where s.id = {t}.asserted_in_id))"
)
_END = "SELECT, INSERT, UPDATE (ended_at, ended_by_id, end_reason)"
_RULES = {
    "attachments_face": (_FILE, _SAID),
    "attachments_facename": (_FACE, _PERSON, _SAID),
    "attachments_portrait": (_FILE, _PERSON, _SAID),
    "attachments_transcript": (_FILE, _SAID),
}


def _tables() -> list[Table]:
    found = []
    for name, rules in _RULES.items():
        for table, may in ((name, _END), (f"{name}event", "SELECT")):
            grants = {WEB: may, WORKER: "SELECT"}
            read = " and ".join(rule.format(t=table) for rule in rules)
            found.append(Table(table, grants, read=read))
    return found


TABLES = (
    *_tables(),
    # The words of files, also of those that the caller may not see: asked of functions alone.
    Table("attachments_filetext", {WORKER: "SELECT, INSERT, UPDATE"}),
)
