"""The extensions that Peel uses, the schema `base`, the outbox and its monthly partitions."""

from pathlib import Path

from django.db import migrations, models
from django.db.models.functions import Now

from peel.kernel.base.ids import uuid7

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    """The tables are partitioned, which Django cannot say, so SQL makes them."""

    initial = True
    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL((SQL / "01_outbox.sql").read_text(), migrations.RunSQL.noop),
                migrations.RunSQL((SQL / "02_partitions.sql").read_text(), migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.TextField()),
                        ("payload", models.JSONField()),
                        ("record_id", models.UUIDField(null=True)),
                        ("at", models.DateTimeField()),
                        ("published", models.BigIntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "event_id",
                                "handler",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("event_id", models.UUIDField()),
                        ("handler", models.TextField()),
                        ("at", models.DateTimeField(db_default=Now())),
                    ],
                ),
                migrations.CreateModel(
                    name="Publication",
                    fields=[
                        (
                            "id",
                            models.SmallIntegerField(default=1, primary_key=True, serialize=False),
                        ),
                        ("last", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Partitioned",
                    fields=[
                        ("table_name", models.TextField(primary_key=True, serialize=False)),
                    ],
                ),
            ],
        ),
    ]
