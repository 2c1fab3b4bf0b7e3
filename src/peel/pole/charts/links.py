"""Which links a chart may be drawn from, now or as they stood; and who is drawn as one.

Visibility comes first, here and by row-level security: a link whose other end, or whose source,
the reader may not see is not counted, not followed and not drawn.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from peel.kernel.records.models import Record
from peel.machine.queries.finding import kinds_to_view
from peel.pole.identity.api import seen_clusters
from peel.pole.models import Link

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class When:
    """The moment of which a chart tells: the end of a day in London, or now.

    `compare` draws what stood then and what stands now together, each marked.
    """

    day: datetime.date | None = None
    compare: bool = False

    @property
    def moment(self) -> datetime.datetime | None:
        """The first moment after the day."""
        if self.day is None:
            return None
        next_day = self.day + datetime.timedelta(days=1)
        return datetime.datetime.combine(next_day, datetime.time(), LONDON)

    @property
    def then(self) -> Q:
        """What Peel was told by then and did not end by then; for no day, what holds now."""
        if self.moment is None:
            return Q(ended_at=None)
        open_then = Q(ended_at=None) | Q(ended_at__gte=self.moment)
        return Q(asserted_at__lt=self.moment) & open_then

    @property
    def stands(self) -> Q:
        """The links that are drawn at all."""
        return self.then | Q(ended_at=None) if self.compare else self.then


NOW = When()


def visible_records(identity: "Identity") -> Any:
    """The records that may stand on a chart of this reader."""
    return Record.objects.visible_to(identity).filter(kind__in=kinds_to_view(identity))


def from_side(identity: "Identity", ids: Collection[UUID], when: When) -> Any:
    """The links that lead from these records to those the reader may see."""
    return _ends(identity, when).filter(from_record_id__in=ids)


def to_side(identity: "Identity", ids: Collection[UUID], when: When) -> Any:
    """The links that lead to these records from those the reader may see."""
    return _ends(identity, when).filter(to_record_id__in=ids)


def _ends(identity: "Identity", when: When) -> Any:
    ends = visible_records(identity)
    said = Record.objects.visible_to(identity).filter(pk=OuterRef("asserted_in_id"))
    return Link.objects.filter(
        when.stands,
        Q(asserted_in=None) | Exists(said),
        Exists(ends.filter(pk=OuterRef("from_record_id"))),
        Exists(ends.filter(pk=OuterRef("to_record_id"))),
        marking__lte=identity.clearance,
    ).order_by()


class Clusters:
    """Source records that are one person (vehicle, place) are drawn as one, by the oldest."""

    def __init__(self, ids: Iterable[UUID], when: When = NOW) -> None:
        self._of = seen_clusters(list(ids), None if when.compare else when.moment)

    def members(self, key: UUID) -> tuple[UUID, ...]:
        """All that are drawn as this one."""
        return self._of.get(key, (key,))

    def one(self, key: UUID) -> UUID:
        """The record by which this one is drawn."""
        return self.members(key)[0]

    def keys(self, ids: Iterable[UUID]) -> list[UUID]:
        """The records by which these are drawn, each once."""
        return list(dict.fromkeys(self.one(key) for key in ids))

    def all(self, keys: Iterable[UUID]) -> list[UUID]:
        """These, with all that are drawn as one of them."""
        return list({member for key in keys for member in self.members(key)})
