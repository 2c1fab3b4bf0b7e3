"""What identity gives to the pages and the API of each kind that takes part.

Registered once every sheet is known.
"""

from functools import partial
from typing import TYPE_CHECKING

from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from peel.machine import registry
from peel.machine.sheets import Part
from peel.pole.identity import kinds, once, operations, pages, panels

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet


def _urls(sheet: "Sheet") -> list[URLPattern]:
    if not kinds.takes_part(sheet.kind):
        return []
    route = f"{sheet.kind.replace('.', '/')}/<str:reference>/identity/"
    view = require_safe(partial(pages.show_identity, sheet=sheet))
    return [path(route, view, name=f"{sheet.url_name}-identity")]


for _sheet in kinds.sheets():
    registry.register_panel(_sheet.model, panels.PANEL)
registry.register_part(
    Part(_urls, operations.add_operations, on_list=once.offer, narrows=once.NARROWING)
)
registry.register_stand_in(pages.stand_in)
