"""Who may touch search's tables: its functions alone; what somebody asked, he himself."""

from peel.kernel.base.protection import LOADER, WEB, WORKER, Table

TABLES = (
    # What names there are is told to the process that compares them, by `search.words_since`.
    Table("search_word"),
    Table("search_name", {LOADER: "SELECT"}),
    Table("search_key"),
    Table("search_number", {LOADER: "SELECT"}),
    Table("search_term"),
    Table(
        "search_question",
        {WEB: "SELECT, INSERT, UPDATE (kept, asked_at, seen, before), DELETE"},
        read="user_id = (select access.current_user_id())",
    ),
    # Who is to be told of what is written by `search.listen` and read by `search.roused`.
    Table("search_clue"),
    Table("search_told", {WORKER: "SELECT, INSERT"}),
    Table("search_place"),
)
