"""Who may touch the ledger's tables: nobody but the sealer, and the sealer may only add.

Everybody else writes through `audit.append` and `audit.append_as` and reads through
`audit.read_lines`. Partitions (schema `audit`) are granted to nobody.
"""

from peel.kernel.base.protection import SEALER, Table

TABLES = (
    Table("audit_line", {SEALER: "SELECT"}),
    Table("audit_text"),
    Table("audit_tip", {SEALER: "SELECT, DELETE"}),
    Table("audit_lane", {SEALER: "SELECT, UPDATE"}),
    Table("audit_leaf", {SEALER: "SELECT, INSERT"}),
    Table("audit_node", {SEALER: "SELECT, INSERT"}),
    Table("audit_head", {SEALER: "SELECT, INSERT"}),
)
