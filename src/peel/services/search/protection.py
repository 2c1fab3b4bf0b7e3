"""Who may touch search's tables: nobody but its functions."""

from peel.kernel.base.protection import LOADER, Table

TABLES = (
    # What names there are is told to the process that compares them, by `search.words_since`.
    Table("search_word"),
    Table("search_name", {LOADER: "SELECT"}),
    Table("search_key"),
    Table("search_number", {LOADER: "SELECT"}),
)
