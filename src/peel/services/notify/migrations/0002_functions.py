"""The functions that tell, count and ring."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [("notify", "0001_initial"), ("records", "0004_break_glass")]

    operations = [
        migrations.RunSQL(
            (SQL / "01_telling.sql").read_text(encoding="utf-8"), "drop schema notify cascade"
        )
    ]
