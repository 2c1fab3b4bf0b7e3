"""The functions through which users, posts, units and organisations are written."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [("access", "0001_initial"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.RunSQL(
            (SQL / "01_writing.sql").read_text(encoding="utf-8"),
            "drop schema staff cascade",
        )
    ]
