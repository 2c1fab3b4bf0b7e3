"""What every record and every list gets: the panel of its places, the map, the shape."""

from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.sheets import Narrowing, Part
from peel.pole.maps import pages, panels, shapes, urls, within

registry.register_panel(Record, panels.MAP)
registry.register_part(
    Part(
        urls.urls_of,
        on_list=pages.offer,
        narrows=Narrowing(shapes.NAME, shapes.has_places, shapes.words, shapes.condition),
    )
)
registry.register_part(
    Part(
        lambda sheet: [],
        narrows=Narrowing(within.NAME, shapes.has_places, within.words, within.condition),
    )
)
