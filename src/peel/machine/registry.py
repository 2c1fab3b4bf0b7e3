"""Finds every declared sheet and command, and answers which sheet declares a model."""

from collections.abc import Callable, Collection, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.http import HttpResponseBase

from peel.kernel.records.kinds import count_facets
from peel.machine.sheets import Flag, Narrowing, Panel, Part, RecordPage, Sheet, Track

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

Flagged = Callable[[Collection[UUID], "Identity"], Mapping[UUID, Sequence[Flag]]]

_sheets: dict[str, Sheet] = {}
_panels: dict[type[models.Model], list[Panel]] = {}
_pages: dict[str, RecordPage] = {}
_parts: list[Part] = []
_tracks: dict[type[models.Model], list[Track]] = {}
_flags: list[Flagged] = []
_stand_ins: list[Callable[..., HttpResponseBase | None]] = []


def register(sheet: Sheet) -> Sheet:
    """Declare a sheet. Raises ValueError when its kind has one already."""
    if sheet.kind in _sheets:
        raise ValueError(f"{sheet.kind} has two sheets")
    _sheets[sheet.kind] = sheet
    return sheet


def register_panel(model: type[models.Model], panel: Panel) -> None:
    """Show a panel on the pages of another module's records (`model` or what derives from it)."""
    _panels.setdefault(model, []).append(panel)


def panels_of(sheet: Sheet) -> list[Panel]:
    """The sheet's own panels, then those that other modules registered."""
    others = [
        p for model, panels in _panels.items() if issubclass(sheet.model, model) for p in panels
    ]
    return [*sheet.panels, *others]


def register_page(page: RecordPage) -> None:
    """Give every record a page of its own at `<its address>/<name>/`."""
    _pages[page.name] = page


def record_pages() -> list[RecordPage]:
    """The further pages of every record, in the order in which their links stand."""
    return sorted(_pages.values(), key=lambda page: page.order)


def register_stand_in(leads: Callable[..., HttpResponseBase | None]) -> None:
    """Let another page stand in for some records': `leads(request, sheet, record, identity)`."""
    _stand_ins.append(leads)


def stand_in(*about: Any) -> HttpResponseBase | None:
    """The answer that leads to the page that stands in for a record's own, if any does."""
    return next((answer for leads in _stand_ins if (answer := leads(*about))), None)


def register_part(part: Part) -> None:
    """Give every kind of record further addresses, pages and operations, made by another app."""
    _parts.append(part)


def parts() -> list[Part]:
    """What other apps add to every kind of record."""
    return list(_parts)


def narrowings(sheet: Sheet) -> dict[str, Narrowing]:
    """The parameters of a sheet's list that other apps read, by name."""
    found = [part.narrows for part in _parts if part.narrows and part.narrows.fits(sheet)]
    return {each.name: each for each in found}


def register_track(model: type[models.Model], track: Track) -> None:
    """Tell the versions of other rows in the timelines of `model` and what derives from it."""
    _tracks.setdefault(model, []).append(track)


def tracks_of(sheet: Sheet) -> list[Track]:
    """Whose versions the timeline of a sheet's records tells besides their own."""
    return [
        t for model, tracks in _tracks.items() if issubclass(sheet.model, model) for t in tracks
    ]


def register_flags(flagged: Flagged) -> None:
    """Flag records wherever they are named: `flagged(ids, identity)` gives the flags of those that
    have any. It is asked once a page, within `speaking`.
    """
    _flags.append(flagged)


def flags_of(ids: Collection[UUID], identity: "Identity") -> dict[UUID, list[Flag]]:
    """The flags of records that the identity sees. Within `speaking`."""
    found: dict[UUID, list[Flag]] = {}
    for flagged in _flags if ids else ():
        for key, flags in flagged(ids, identity).items():
            found.setdefault(key, []).extend(flags)
    return found


def sheets() -> list[Sheet]:
    """Every sheet, by kind."""
    return [_sheets[kind] for kind in sorted(_sheets)]


def sheet_of(kind: str) -> Sheet:
    """The sheet of a kind. Raises LookupError when none declares it."""
    if kind not in _sheets:
        raise LookupError(f"no sheet declares {kind!r}; there are: {', '.join(sorted(_sheets))}")
    return _sheets[kind]


def sheet_of_model(model: type[models.Model]) -> Sheet | None:
    """The sheet that declares a model, if any."""
    return _sheets.get(str(model._meta.label_lower))


def discover() -> None:
    """Import each app's declarations, then derive the commands of each sheet."""
    import_module("peel.machine.forms.officers")
    for part in ("lookups", "record", "commands", "handlers"):
        for config in apps.get_app_configs():
            if config.name.startswith("peel.") and find_spec(f"{config.name}.{part}"):
                import_module(f"{config.name}.{part}")
    from peel.machine.commands.derived import derive

    for sheet in sheets():
        derive(sheet)
        own = {field.name for field in sheet.model._meta.local_fields}
        # A name that is wrong is reported by the checks, in words.
        count_facets(sheet.model, tuple(name for name in sheet.facets if name in own))
