"""The policy on hidden matches, who was told to ask, and the functions that look."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import peel.kernel.base.clock
import peel.kernel.base.ids

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ("access", "0005_must_change_password"),
        ("resolution", "0001_initial"),
        ("search", "0003_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name="HiddenPolicy",
            fields=[
                ("organisation_id", models.UUIDField(primary_key=True, serialize=False)),
                ("asks", models.BooleanField(default=False)),
                ("whom", models.CharField(blank=True, max_length=100)),
                ("decided_at", models.DateTimeField(default=peel.kernel.base.clock.now)),
                ("decided_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.appointment")),
            ],
        ),
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("act", models.UUIDField()),
                ("record_id", models.UUIDField()),
                ("appointment_id", models.UUIDField()),
                ("made_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["act"], name="resolution_asking_act"),
                    models.Index(fields=["record_id", "appointment_id"], name="resolution_asking_told"),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "hidden.sql").read_text(encoding="utf-8"), "drop schema resolution cascade"
        ),
    ]
