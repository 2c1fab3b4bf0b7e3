"""The function that finds places by their points."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    """`maps` has no table of its own."""

    initial = True
    dependencies = [("places", "0001_initial"), ("pole", "0002_initial")]

    operations = [
        migrations.RunSQL((SQL / "01_places.sql").read_text(), migrations.RunSQL.noop),
    ]
