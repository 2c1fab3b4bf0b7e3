"""The bulk path takes many rows of a table at once."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("records", "0006_seeing")]
    operations = [
        migrations.RunSQL((SQL / "bulk.sql").read_text(), migrations.RunSQL.noop),
    ]
