"""The function by which a load writes later versions of crimes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("police_uk", "0001_initial"),
        ("access", "0001_initial"),
        ("records", "0002_functions"),
        ("pole", "0003_link_types"),
        ("investigation", "0003_officers"),
    ]
    operations = [
        migrations.RunSQL(
            (SQL / "amend.sql").read_text(), "drop schema if exists police_uk cascade"
        )
    ]
