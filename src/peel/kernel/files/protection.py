"""Who may touch the store's tables. Who sees a blob depends on records: `records.protection`."""

from peel.kernel.base.protection import WORKER, Table

TABLES = (Table("files_quarantined", {WORKER: "SELECT"}),)
