"""The functions that lend a post and take it back, and those for the sessions of a user."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [("staff", "0001_functions"), ("access", "0004_delegation")]

    operations = [migrations.RunSQL((SQL / "02_lending.sql").read_text(encoding="utf-8"))]
