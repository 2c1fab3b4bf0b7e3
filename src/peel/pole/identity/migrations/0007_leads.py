"""Whether a record stands for all that it is joined to, for lists that show each person once."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_bulk")]
    operations = [
        migrations.RunSQL((SQL / "leads.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]
