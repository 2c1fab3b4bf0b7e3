"""The functions that say who can see a record, and why."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0005_files")]
    operations = [
        migrations.RunSQL((SQL / "seeing.sql").read_text(), migrations.RunSQL.noop),
    ]
