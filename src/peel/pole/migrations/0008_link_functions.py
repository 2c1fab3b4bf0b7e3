"""The functions of links' rules and pages, and which types lead in no circle."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"
ACYCLIC = ["parent", "part_of"]


def mark(apps, schema_editor):
    model = apps.get_model("pole", "LinkType")
    model.objects.using(schema_editor.connection.alias).filter(pk__in=ACYCLIC).update(acyclic=True)


class Migration(migrations.Migration):
    dependencies = [("pole", "0007_link_rules"), ("identity", "0004_with_same")]
    operations = [
        migrations.RunSQL(
            (SQL / "links.sql").read_text(encoding="utf-8"), "drop schema pole cascade"
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.RunSQL(
            "alter table pole_link add constraint pole_link_changed_by_id_fk"
            " foreign key (changed_by_id) references access_appointment (id)"
            " deferrable initially deferred",
            "alter table pole_link drop constraint pole_link_changed_by_id_fk",
        ),
    ]
