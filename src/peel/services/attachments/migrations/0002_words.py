"""The words of files, and the functions that find them."""

from pathlib import Path

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import peel.kernel.base.clock

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("attachments", "0001_initial"), ("records", "0008_media"), ("pole", "0010_link_rule"),
    ]  # fmt: skip
    operations = [
        migrations.CreateModel(
            name="FileText",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True,
                        related_name="words", serialize=False, to="records.attachment",
                    ),
                ),
                ("state", models.CharField(max_length=10)),
                ("words", models.TextField(blank=True)),
                ("whole", models.BooleanField(default=True)),
                ("letters", models.PositiveIntegerField(default=0)),
                ("reader", models.PositiveSmallIntegerField()),
                ("read_at", models.DateTimeField(default=peel.kernel.base.clock.now)),
                (
                    "vector",
                    django.contrib.postgres.search.SearchVectorField(editable=False, null=True),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="records.record",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["vector"], name="attachments_filetext_words"
                    )
                ]
            },
        ),
        migrations.RunSQL(
            (SQL / "texts.sql").read_text(encoding="utf-8"), "drop schema attachments cascade"
        ),
    ]  # fmt: skip
