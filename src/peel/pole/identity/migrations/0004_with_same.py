"""A record with all that are the same, for rules of links."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_acts")]
    operations = [
        migrations.RunSQL(
            (SQL / "with_same.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]
