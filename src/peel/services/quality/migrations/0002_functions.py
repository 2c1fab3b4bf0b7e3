"""The functions that count faults and tell of them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("quality", "0001_initial"),
        ("identity", "0002_functions"),
        ("objects", "0001_initial"),
        ("pole", "0008_link_functions"),
    ]
    operations = [
        migrations.RunSQL(
            (SQL / "measuring.sql").read_text(encoding="utf-8"), "drop schema quality cascade"
        )
    ]
