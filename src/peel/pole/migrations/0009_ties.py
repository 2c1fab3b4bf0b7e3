"""The function that the page of a person asks who and what is around."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("pole", "0008_link_functions")]
    operations = [
        migrations.RunSQL(
            (SQL / "ties.sql").read_text(encoding="utf-8"),
            "drop function pole.ties_of(uuid[], text[], integer)",
        ),
    ]
