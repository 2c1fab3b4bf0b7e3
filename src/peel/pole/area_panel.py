"""The panel of a location that names the areas in which it lies today."""

from typing import TYPE_CHECKING

from peel.kernel.places import areas
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.machine.show import plain
from peel.pole.models import Location

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def areas_body(place: Location, identity: "Identity") -> PanelBody:
    """Force, borough, ward, beat and what else is loaded, the widest first."""
    headings = ("Area", "Name", "Code", "Valid from")
    if place.easting is None or place.northing is None:
        return PanelBody(headings, (), 0, empty="It has no place on the map.")
    rows = tuple(
        PanelRow((lies.title, lies.name, lies.code, plain(lies.valid_from)))
        for lies in areas.at(place.easting, place.northing)
    )
    return PanelBody(headings, rows, len(rows), empty="It lies in none of the areas loaded.")


AREAS = Panel("areas", "Areas", areas_body)
