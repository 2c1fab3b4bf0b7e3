"""Who may touch what officers are told: each his own, and of records that he may see."""

from peel.kernel.base.protection import WEB, WORKER, Table

_MINE = "user_id = (select access.current_user_id())"
_SEEN = "exists (select from records_record r where r.id = {table}.record_id)"


def _own(table: str) -> str:
    return f"{_MINE} and (record_id is null or {_SEEN.format(table=table)})"


TABLES = (
    # Only the worker tells: nobody writes a notice for somebody else, or rewords his own.
    Table(
        "notify_notice",
        {WEB: "SELECT, UPDATE (read_at)", WORKER: "SELECT, DELETE"},
        read=f"{_MINE} and (break_glass_id is not null or record_id is null"
        f" or {_SEEN.format(table='notify_notice')})",
    ),
    Table(
        "notify_watch",
        {WEB: "SELECT, INSERT, DELETE", WORKER: "SELECT"},
        read=_own("notify_watch"),
    ),
    Table(
        "notify_mute",
        {WEB: "SELECT, INSERT, DELETE", WORKER: "SELECT"},
        read=_own("notify_mute"),
    ),
)
