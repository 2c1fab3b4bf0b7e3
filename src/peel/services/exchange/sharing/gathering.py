"""What leaves with a record: itself, its links and what they lead to, as the asker may see it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from peel.kernel.access.identity import speaking
from peel.kernel.base.dates import PartialDate
from peel.kernel.records.models import Record
from peel.machine.queries.finding import kinds_to_view
from peel.machine.registry import sheet_of
from peel.pole.models import Link

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

CHUNK = 200


@dataclass(frozen=True)
class Part:
    """Some records and links; a link comes with or after both its ends."""

    records: Sequence[Any]
    links: Sequence[Link]


def gathered(record: Record, identity: "Identity") -> Iterator[Part]:
    """The record, then its links with their other ends, some at a time.

    Each part is read in a transaction of its own that speaks for the asker: whatever was hidden
    from him meanwhile does not leave.
    """
    with speaking(identity):
        first = Part(_whole([record.pk], identity), [])
    yield first
    shown, after = {record.pk}, None
    while first.records:
        with speaking(identity):
            links = _links(record, identity, after)
            ends = {end for one in links for end in (one.from_record_id, one.to_record_id)} - shown
            found = _whole(ends, identity)
        shown |= {one.pk for one in found}
        good = [x for x in links if x.from_record_id in shown and x.to_record_id in shown]
        if found or good:
            yield Part(found, good)
        if len(links) < CHUNK:
            return
        after = links[-1].pk


def _links(record: Record, identity: "Identity", after: Any) -> list[Link]:
    """The next links that hold."""
    kinds = kinds_to_view(identity)
    ends = Q(from_record_id=record.pk) | Q(to_record_id=record.pk)
    found = Link.objects.filter(
        ends, ended_at=None, from_record__kind__in=kinds, to_record__kind__in=kinds
    ).select_related("type", "from_record", "to_record")
    return list((found.filter(pk__gt=after) if after else found).order_by("pk")[:CHUNK])


def _whole(keys: Any, identity: "Identity") -> list[Any]:
    """The records of these keys as their own kinds, those that the asker may see and look at."""
    kinds: dict[str, list[Any]] = {}
    seen = Record.objects.visible_to(identity).filter(pk__in=list(keys))
    for key, kind in seen.values_list("pk", "kind"):
        kinds.setdefault(kind, []).append(key)
    found: list[Any] = []
    for kind, ids in sorted(kinds.items()):
        sheet = sheet_of(kind)
        if identity.may(sheet.may.view):
            rows: Any = sheet.model.objects.visible_to(identity).filter(pk__in=ids)
            if kind == "pole.nominal":
                rows = rows.prefetch_related("names", "dates_of_birth", "identifiers", "contacts")
            found += rows.order_by("pk")
    return found


def holding(rows: Any) -> list[Any]:
    """Facts that hold."""
    return [row for row in rows.all() if row.ended_at is None]


def day(date: PartialDate | None) -> str:
    """A date as other systems write it, as far as it is known: 1980-06-14, 1980-06, 1980."""
    if date is None:
        return ""
    first, last = date.earliest.isoformat(), date.latest.isoformat()
    if first == last:
        return first
    if first[:7] == last[:7]:
        return first[:7]
    return first[:4] if first[:4] == last[:4] else ""
