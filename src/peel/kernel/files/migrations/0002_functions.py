"""The functions through which content is entered."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("access", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "store.sql").read_text(), migrations.RunSQL.noop)
    ]
