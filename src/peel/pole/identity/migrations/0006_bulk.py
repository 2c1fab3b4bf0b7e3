"""Many judgements in one act: what runs of the machine write and undo."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_scores")]
    operations = [
        migrations.RunSQL((SQL / "bulk.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]
