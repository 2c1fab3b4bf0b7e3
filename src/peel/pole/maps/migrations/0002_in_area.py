"""The function that finds places by the area in which they lie."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("maps", "0001_places"), ("places", "0002_areas")]

    operations = [
        migrations.RunSQL((SQL / "02_in_area.sql").read_text(), migrations.RunSQL.noop),
    ]
