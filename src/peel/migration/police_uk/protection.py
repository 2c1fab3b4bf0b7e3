"""Who may touch the loader's tables: the loader writes, nobody else reads."""

from peel.kernel.base.protection import LOADER, Table

_WRITES = {LOADER: "SELECT, INSERT, UPDATE"}

TABLES = (
    Table("police_uk_load", _WRITES),
    Table("police_uk_sourcefile", _WRITES),
    Table("police_uk_sourcerow", _WRITES),
    Table("police_uk_quarantine", _WRITES),
    Table("police_uk_mappoint", {LOADER: "SELECT, INSERT"}),
)
