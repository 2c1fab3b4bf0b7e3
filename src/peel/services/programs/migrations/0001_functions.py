"""The function that makes a program: a caller that nobody signs in as."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [("staff", "0001_functions"), ("access", "0002_api_tokens")]

    operations = [migrations.RunSQL((SQL / "01_programs.sql").read_text(encoding="utf-8"))]
