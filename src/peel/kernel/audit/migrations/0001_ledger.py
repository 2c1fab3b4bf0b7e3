"""The ledger: its tables, the functions that write and read them, and the partitions."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def _file(name: str) -> migrations.RunSQL:
    return migrations.RunSQL((SQL / name).read_text(), migrations.RunSQL.noop)


class Migration(migrations.Migration):
    """Lines, their sealed tree, and the doors to both."""

    dependencies = [("access", "0001_initial")]

    operations = [
        _file("01_tables.sql"),
        _file("02_append.sql"),
        _file("03_reading.sql"),
    ]
