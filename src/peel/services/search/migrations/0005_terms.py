"""The words of things, places and texts, for who misspells one."""

from pathlib import Path

import django.contrib.postgres.indexes
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("search", "0004_told")]
    operations = [
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("word", models.TextField(db_collation="C")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["word"], name="search_term_word"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="search_term_like", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "terms.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        migrations.RunSQL("select search.refill_terms()", migrations.RunSQL.noop),
    ]
