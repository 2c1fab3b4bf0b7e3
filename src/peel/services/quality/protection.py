"""Who may touch what was counted: nobody by the tables, all by functions that apply visibility."""

from peel.kernel.base.protection import WEB, WORKER, Table

TABLES = (
    Table("quality_finding", {}),
    Table("quality_tally", {}),
    Table(
        "quality_count",
        {WEB: "SELECT", WORKER: "SELECT"},
        why="the moments of counting, alike for everybody",
    ),
)
