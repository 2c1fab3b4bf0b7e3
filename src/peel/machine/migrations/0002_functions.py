"""The function that keeps what was typed when a session had run out."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [("machine", "0001_initial"), ("access", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "drafts.sql").read_text(encoding="utf-8"),
            "drop function machine.keep_draft",
        )
    ]
