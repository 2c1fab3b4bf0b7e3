"""The timeline of a record: its versions and those of the rows that belong to it.

In the order in which they were written. What one command wrote stands as one entry.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from peel.kernel.records import trail
from peel.machine import registry
from peel.machine.commands.problems import Invalid
from peel.machine.queries.history import Difference, Version, changed_in, versions_of
from peel.machine.show import field_title

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet, Track

PAGE = 20


def tracks(sheet: "Sheet", identity: "Identity") -> list["Track"]:
    """The rows whose versions the identity may be told."""
    found = registry.tracks_of(sheet)
    return [track for track in found if not track.permission or identity.may(track.permission)]


def timeline(
    sheet: "Sheet", record: Any, identity: "Identity", *, what: str = "", place: str = ""
) -> tuple[list[Version], str]:
    """A page of entries, the latest first, and the place of the next ("" at the end).

    `what` narrows to a field of the sheet or to a track by name. Call within `speaking`, for a
    record already seen. Raises Invalid for a place that is not one of ours.
    """
    every = dict(enumerate(tracks(sheet, identity)))
    sources = {
        rank: track.rows(trail.versions_model(track.model).objects.all(), record, identity)
        for rank, track in every.items()
        if what in ("", track.name)
    }
    if what not in {track.name for track in every.values()}:
        heads = trail.heads_of(record.pk)
        changed = {"version__in": changed_in(sheet, record, what)} if what else {}
        sources[trail.OWN] = heads.filter(**changed)
    try:
        page, then = trail.page_of(sources, trail.Place.read(place) if place else None, PAGE)
    except ValueError:
        raise Invalid({"from": ["This place is not one of ours. Start again."]}) from None
    told: dict[trail.Place, Version] = {}
    for rank, versions in sources.items():
        mine = [(place, row) for place, row in page if place.rank == rank]
        if mine and rank == trail.OWN:
            told |= _of_record(sheet, record, [place for place, _ in mine], what)
        elif mine:
            told |= _of_rows(every[rank], versions, mine)
    return _grouped([(place, told[place]) for place, _ in page]), str(then or "")


def _of_record(
    sheet: "Sheet", record: Any, page: list[trail.Place], what: str
) -> Iterator[tuple[trail.Place, Version]]:
    # Each is compared with the version before it, which may stand on another page.
    wanted = {number for place in page for number in (place.key, place.key - 1)}
    heads = list(trail.heads_of(record.pk).filter(version__in=wanted))
    versions = {version.number: version for version in versions_of(sheet, heads)}
    only = field_title(sheet, what) if what else ""
    for place in page:
        version = versions[place.key]
        told = tuple(d for d in version.differences if only in ("", d.title))
        yield place, replace(version, differences=told)


def _of_rows(
    track: "Track", versions: Any, page: list[tuple[trail.Place, Any]]
) -> Iterator[tuple[trail.Place, Version]]:
    known = list(versions.filter(pgh_obj_id__in=[p.key for p, _ in page]).order_by("pgh_id"))
    for place, row in page:
        earlier = [v for v in known if v.pgh_obj_id == place.key and v.pgh_created_at < place.at]
        told = track.tell(row, earlier[-1] if earlier else None)
        change = Difference(track.title, told.before, told.after)
        yield place, Version(0, told.at, told.by, "", (change,), told.title, told.source)


def _grouped(entries: list[tuple[trail.Place, Version]]) -> list[Version]:
    found: list[Version] = []
    last = None
    for place, entry in entries:
        if found and place.at == last:
            changes = (*found[-1].differences, *entry.differences)
            source = found[-1].source or entry.source
            found[-1] = replace(found[-1], differences=changes, source=source)
        else:
            found.append(entry)
        last = place.at
    return found
