"""The functions of visibility, search, facet counts and the bulk path."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial"), ("access", "0001_initial"), ("base", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / f"{name}.sql").read_text(), migrations.RunSQL.noop)
        for name in ("visibility", "search", "tally", "bulk")
    ]
