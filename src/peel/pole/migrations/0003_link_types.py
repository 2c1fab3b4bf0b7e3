"""The vocabulary of links, and the foreign keys that lead to the table behind the officers' view."""

from django.db import migrations

from peel.pole.link_types import LINK_TYPES

OFFICERS = [
    (table, column)
    for table in (
        "pole_nominalname", "pole_nominaldateofbirth", "pole_nominalidentifier", "pole_link",
    )
    for column in ("asserted_by_id", "ended_by_id")
]  # fmt: skip


def put_types(apps, schema_editor):
    model = apps.get_model("pole", "LinkType")
    for position, (name, forward, backward, from_kinds, to_kinds) in enumerate(LINK_TYPES):
        model.objects.using(schema_editor.connection.alias).update_or_create(
            name=name,
            defaults={
                "forward": forward,
                "backward": backward,
                "from_kinds": from_kinds,
                "to_kinds": to_kinds,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("pole", "0002_initial"), ("places", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "create trigger places_keep_point after insert or delete or update of easting, northing"
            " on pole_location for each row execute function places.keep_point('record_ptr_id')",
            "drop trigger places_keep_point on pole_location",
        ),
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
