"""The functions that walk from record to record."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"

# What is asked of a walk; and what one of its two sides has come to: what it reached and from
# where, its edge, what lies one step further, and the hubs of the edge that were not read.
TYPES = """
create schema if not exists charts;
create type charts.asked as (
  kinds text[], types text[], moment timestamptz, compare boolean, since text, until text,
  judged timestamptz);
create type charts.side as (
  keys uuid[], before uuid[], edge uuid[], far uuid[], near uuid[], hubs uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("charts", "0001_initial"), ("pole", "0010_link_rule"), ("identity", "0004_with_same"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(TYPES, "drop schema charts cascade"),
        *(
            migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
            for name in ("steps.sql", "paths.sql", "common.sql")
        ),
    ]
