"""Ids of lines tell the microsecond: lines of one millisecond stand in the order of their acts."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    """Replaces the function that gives a line its id."""

    dependencies = [("audit", "0001_ledger")]

    operations = [
        migrations.RunSQL((SQL / "04_ids.sql").read_text(), migrations.RunSQL.noop),
    ]
