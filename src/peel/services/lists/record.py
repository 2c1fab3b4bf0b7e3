"""What every list gets: the form for several rows, ways to take it away, and their addresses."""

from typing import TYPE_CHECKING, Any

from peel.machine import registry
from peel.machine.sheets import Part
from peel.services.lists import bulk, files, urls
from peel.services.lists.views import commands  # noqa: F401 - it registers
from peel.services.lists.views import pages as views

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet


def _on_list(sheet: "Sheet", identity: "Identity", total: int) -> dict[str, Any]:
    return bulk.offer(sheet, identity, total) | files.offer(sheet, identity)


registry.register_part(Part(urls.urls_of, on_list=_on_list, opened=views.on_list))
