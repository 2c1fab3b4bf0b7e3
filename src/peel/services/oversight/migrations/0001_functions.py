"""The functions through which an auditor's pages see seals, counts and proofs."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [("access", "0001_initial"), ("audit", "0001_ledger")]

    operations = [
        migrations.RunSQL(
            (SQL / "01_reading.sql").read_text(encoding="utf-8"),
            "drop schema oversight cascade",
        )
    ]
