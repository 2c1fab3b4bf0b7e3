"""The points that look-ups by distance read, and the functions that keep and read them."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    """Django knows no column of type `point`, so SQL makes the table."""

    initial = True
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL((SQL / "01_points.sql").read_text(), migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Point",
                    fields=[
                        ("record_id", models.UUIDField(primary_key=True, serialize=False)),
                        ("easting", models.FloatField()),
                        ("northing", models.FloatField()),
                    ],
                ),
            ],
        ),
    ]
