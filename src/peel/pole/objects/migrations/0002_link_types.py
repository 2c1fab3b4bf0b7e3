"""The vocabulary of links in full: objects, organisations, family, money, calls, exhibits."""

from django.db import migrations

from peel.pole.link_types import LINK_TYPES


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
    dependencies = [("objects", "0001_initial"), ("pole", "0003_link_types")]
    operations = [migrations.RunPython(put_types, migrations.RunPython.noop)]
