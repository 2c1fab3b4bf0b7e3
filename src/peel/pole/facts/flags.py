"""Flags: the markers of a person (vehicle, place) wherever it is named, and what is the same."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from peel.kernel.base import clock
from peel.machine import registry
from peel.machine.sheets import Flag
from peel.machine.show import plain
from peel.pole.identity import once
from peel.pole.identity.api import seen_clusters
from peel.pole.identity.clusters import Clusters
from peel.pole.models import Marker

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def flags(ids: Collection[UUID], identity: "Identity") -> dict[UUID, list[Flag]]:
    """The markers that hold today on each record or on any that is the same, the gravest first;
    then with which others it stands together.
    """
    together = seen_clusters(ids)
    found = _markers(ids, together) if identity.may("pole.marker.view") else {}
    for key, flag in once.flags(ids, together, identity).items():
        found.setdefault(key, []).append(flag)
    return found


def _markers(ids: Collection[UUID], together: Clusters) -> dict[UUID, list[Flag]]:
    every = {member for key in ids for member in together.get(key, (key,))}
    by_record: dict[UUID, list[Marker]] = {}
    for marker in _holding(every):
        by_record.setdefault(marker.record_id, []).append(marker)
    found = {
        key: [m for member in together.get(key, (key,)) for m in by_record.get(member, ())]
        for key in ids
    }
    return {key: _told(markers) for key, markers in found.items() if markers}


def _holding(ids: Collection[UUID]) -> list[Marker]:
    today = clock.today()
    still = Q(expires_on=None) | Q(expires_on__gte=today)
    rows = Marker.objects.filter(still, record_id__in=ids, ended_at=None)
    return list(rows.select_related("type", "asserted_by"))


def _told(markers: list[Marker]) -> list[Flag]:
    """Each sort of marker once, with every reason."""
    found: dict[str, Flag] = {}
    for marker in sorted(markers, key=lambda m: (m.type.position, m.asserted_at)):
        due = marker.review_on < clock.today()
        words = f"{marker.reason} ({marker.asserted_by}, {plain(marker.asserted_at)}"
        words += f"; due for review since {plain(marker.review_on)})" if due else ")"
        known = found.get(marker.type_id)
        text = f"{known.text} {words}" if known else words
        found[marker.type_id] = Flag(marker.type.title, marker.type.colour, text)
    return list(found.values())


registry.register_flags(flags)
