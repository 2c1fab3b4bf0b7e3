"""The first markers, and the foreign keys that lead to the table behind the officers' view."""

from django.db import migrations

from peel.pole.facts.marker_types import MARKER_TYPES

OFFICERS = [
    (table, column)
    for table in (
        "pole_nominalfact", "pole_nominalmark", "pole_nominalcontact", "pole_marker", "pole_pin",
    )
    for column in ("asserted_by_id", "ended_by_id")
]  # fmt: skip


def put_types(apps, schema_editor):
    model = apps.get_model("pole", "MarkerType")
    for position, (code, title, sort, colour, kinds, days) in enumerate(MARKER_TYPES):
        model.objects.using(schema_editor.connection.alias).update_or_create(
            code=code,
            defaults={
                "title": title,
                "sort": sort,
                "colour": colour,
                "on_kinds": kinds,
                "review_days": days,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("pole", "0004_facts")]
    operations = [
        migrations.RunPython(put_types, migrations.RunPython.noop),
        *(
            migrations.RunSQL(
                f"alter table {table} add constraint {table}_{column}_fk foreign key ({column})"
                " references access_appointment (id) deferrable initially deferred",
                f"alter table {table} drop constraint {table}_{column}_fk",
            )
            for table, column in OFFICERS
        ),
    ]
