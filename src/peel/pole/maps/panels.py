"""The map on a record's page: the places that it names in a field, and those it is linked to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from peel.kernel.places import grid
from peel.kernel.records.models import Record
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.pole.identity.api import together
from peel.pole.latest_links import latest_links
from peel.pole.maps.base import own_style
from peel.pole.models import Link, Location

if TYPE_CHECKING:
    from uuid import UUID

    from peel.kernel.access.identity import Identity

# So many places a record's map shows at most; all of its links stand in their own panel.
MOST = 50
_PLACE = "pole.location"


@dataclass(frozen=True)
class MapBody(PanelBody):
    """The rows of the panel, and as JSON the longitude, latitude and number of each on the map."""

    points: str = ""
    own_style: str = ""
    template: str = "maps/panel.html"


def map_body(record: Record, identity: "Identity") -> MapBody:
    """The places of a record that the identity may see, the latest said first."""
    said = list(_said(record, identity))
    keys = [key for key, *_ in said]
    seen = Location.objects.visible_to(identity).filter(pk__in=keys) if keys else []
    places = {place.pk: place for place in seen}
    said = [one for one in said if one[0] in places]
    # Those on the map come first, so that the numbers have no gap.
    said.sort(key=lambda one: places[one[0]].longitude is None)
    rows = [_row(n, places[key], *rest) for n, (key, *rest) in enumerate(said, start=1)]
    points = [
        (places[key].longitude, places[key].latitude, number)
        for number, (key, *_) in enumerate(said, start=1)
        if places[key].longitude is not None
    ]
    return MapBody(
        headings=("Place", "Why", "When", "Position"),
        rows=tuple(rows),
        count=len(rows),
        empty="No place is named here or linked.",
        points=json.dumps(points) if points else "",
        own_style=own_style(),
    )


def _said(record: Record, identity: "Identity") -> "Iterator[tuple[UUID, str, str]]":
    """Each place by its key, with why it is on this map and when."""
    if isinstance(record, Location):
        yield record.pk, "This place", ""
    told = set()
    for field in _fields(type(record)):
        if key := getattr(record, field.attname):
            told.add(key)
            yield key, str(field.verbose_name).capitalize(), ""
    if not identity.may("pole.link.view"):
        return
    for link, forward in _links(record, identity):
        key = link.to_record_id if forward else link.from_record_id
        if key in told and link.type_id == "occurred_at":
            continue
        when = " to ".join(str(date) for date in (link.starts, link.ends) if date)
        yield key, link.type.forward if forward else link.type.backward, when


def _fields(model: type[Record]) -> list[Any]:
    """The fields of a kind that name a place."""
    every: list[Any] = list(model._meta.get_fields())
    return [f for f in every if getattr(f, "many_to_one", False) and f.related_model is Location]


def _links(record: Record, identity: "Identity") -> list[tuple[Link, bool]]:
    """The links that hold to a location, and whether each is read from this record's end."""
    ends = together(record)
    found = latest_links(ends, [_PLACE], size=MOST)
    return [(link, link.from_record_id in ends) for link in found]


def _row(number: int, place: Any, why: str, when: str) -> PanelRow:
    href = reverse("pole-location-page", args=[place.reference])
    if place.longitude is None:
        return PanelRow((place.title, why, when, "Not on the map"), href)
    where = grid.write(place.easting, place.northing)
    how = place.get_precision_display().lower()
    return PanelRow((f"{number}. {place.title}", why, when, f"{where}, {how}"), href)


MAP = Panel(
    "map", "Map", map_body, permission="pole.location.view"
)  # fmt: skip
