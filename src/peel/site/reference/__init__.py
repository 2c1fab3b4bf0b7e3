"""The reference that is made from the code: records, events, permissions, settings."""

from collections.abc import Callable

from peel.site.reference import events, permissions, records, settings

MADE = "<!-- Made from the code by `./peel reference`; changes here are lost. -->\n\n"
_PAGES: dict[str, Callable[[], str]] = {
    "records.md": records.page,
    "states.md": records.states,
    "events.md": events.page,
    "permissions.md": permissions.page,
    "settings.md": settings.page,
}


def pages() -> dict[str, str]:
    """The text of each page by its file's name. Django must be set up."""
    return {name: MADE + make() for name, make in _PAGES.items()}
