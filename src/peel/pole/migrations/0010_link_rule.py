"""One statement of who sees a link; an index that answers whether two records are linked."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("pole", "0009_ties"), ("identity", "0004_with_same")]
    operations = [
        migrations.AlterField(
            "link",
            "from_record",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT,
                related_name="links_from", to="records.record",
            ),
        ),
        migrations.AddIndex(
            "link", models.Index(fields=["from_record", "to_record"], name="pole_link_between")
        ),
        migrations.AddIndex(
            "link",
            models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["to_record", "from_record"], name="pole_link_back",
            ),
        ),
        *(
            migrations.RunSQL(
                (SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop
            )
            for name in ("links.sql", "ties.sql")
        ),
    ]  # fmt: skip
