"""The types of link that the example needs and the core vocabulary has not."""

from typing import Any

from django.db import migrations

_ON = 300
TYPES = (
    ("within", "within", "contains", ["pole.location"], ["pole.location"]),
    ("knows_by_phone", "knows by telephone", "known by telephone to",
     ["pole.nominal"], ["pole.nominal"]),
    ("knows_online", "knows through a social network", "known through a social network to",
     ["pole.nominal"], ["pole.nominal"]),
    ("thing_in", "involved in", "involves", ["objects.vehicle", "objects.property"],
     ["investigation.crime", "investigation.incident"]),
    ("investigated_by", "investigated by", "investigates",
     ["investigation.crime", "investigation.incident"], ["pole.nominal"]),
    ("call_from", "made from", "made", ["exchange.outsideevent"], ["objects.phone"]),
    ("call_to", "made to", "received", ["exchange.outsideevent"], ["objects.phone"]),
)  # fmt: skip


def _add(apps: Any, schema_editor: Any) -> None:
    types = apps.get_model("pole", "LinkType").objects.using(schema_editor.connection.alias)
    for place, (name, forward, backward, first, second) in enumerate(TYPES):
        types.get_or_create(
            name=name,
            defaults={
                "forward": forward, "backward": backward, "from_kinds": first,
                "to_kinds": second, "position": _ON + place,
            },
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("pole", "0008_link_functions"),
        ("objects", "0002_link_types"),
        ("exchange", "0001_initial"),
    ]
    operations = [migrations.RunPython(_add, migrations.RunPython.noop)]
