"""A password that an administrator sets is changed at the next sign-in."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [("staff", "0003_review"), ("access", "0005_must_change_password")]

    operations = [migrations.RunSQL((SQL / "04_password.sql").read_text(encoding="utf-8"))]
