"""The triggers that keep search, the functions that read it, and what there is already."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
        ("records", "0008_media"),
        ("pole", "0009_ties"),
        ("identity", "0004_with_same"),
    ]
    operations = [
        *(
            migrations.RunSQL(
                (SQL / f"{name}.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
            )
            for name in ("keeping", "reading", "finding")
        ),
        migrations.RunSQL("select search.refill()", migrations.RunSQL.noop),
    ]
