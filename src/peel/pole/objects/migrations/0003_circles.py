"""An organisation is not a part of itself, by whatever way round."""

from django.db import migrations


def mark(apps, schema_editor):
    model = apps.get_model("pole", "LinkType")
    model.objects.using(schema_editor.connection.alias).filter(pk="part_of").update(acyclic=True)


class Migration(migrations.Migration):
    dependencies = [("objects", "0002_link_types"), ("pole", "0008_link_functions")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
