"""A run ends what earlier runs have judged."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_leads")]
    operations = [
        migrations.RunSQL((SQL / "bulk.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]
