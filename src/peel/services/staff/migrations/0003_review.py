"""The function that tells an access review when a post was used and of access lists."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [("staff", "0002_lending"), ("records", "0006_seeing")]

    operations = [
        migrations.RunSQL(
            (SQL / "03_review.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]
