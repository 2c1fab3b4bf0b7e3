"""The functions that read what was published."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0002_functions"), ("access", "0001_initial"), ("base", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "feed.sql").read_text(), migrations.RunSQL.noop),
    ]
