"""The figures as the caller may know them: counted over what he may see and nothing else."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from peel.kernel.access.models import Unit
from peel.kernel.base import clock
from peel.machine.queries.finding import kinds_to_view
from peel.services.quality.measures import MEASURES, Measure
from peel.services.quality.models import Count

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

BEFORE = 28
"""So many days back the trend compares with."""
PAGE = 50


@dataclass(frozen=True)
class Figure:
    """How many records have a fault, of how many, and how many had it some weeks ago."""

    measure: Measure
    count: int
    whole: int
    before: int | None = None

    @property
    def share(self) -> str:
        """The part that has it, in words that stay honest for few: "0.4%", "under 0.1%"."""
        if not self.whole:
            return ""
        part = 100 * self.count / self.whole
        return "under 0.1%" if 0 < part < 0.1 else f"{part:.1f}%"


@dataclass
class OfUnit:
    """What one unit has: its records, and its faults by category."""

    unit: UUID | None
    name: str
    whole: int = 0
    by_category: Counter[str] = field(default_factory=Counter)


def measures_for(identity: "Identity") -> list[Measure]:
    """The faults of kinds that the identity may look at."""
    kinds = set(kinds_to_view(identity))
    return [measure for measure in MEASURES.values() if measure.kind in kinds]


def figures(identity: "Identity", unit: UUID | None) -> tuple[list[Figure], list[OfUnit]]:
    """Every fault with its count (of one unit, or of all), and the units. Within `speaking`."""
    measures = measures_for(identity)
    kinds = sorted({measure.kind for measure in measures})
    counts = _asked("select measure, unit_id, n from quality.counts(%s)", [kinds])
    wholes = _asked("select kind, unit_id, n from quality.wholes(%s)", [kinds])
    names = dict(Unit.objects.values_list("pk", "name"))
    found, of = _sum(counts, unit), _sum(wholes, unit)
    before = _before([measure.name for measure in measures], unit)
    rows = [
        Figure(
            measure,
            found[measure.name],
            of[measure.kind],
            before.get(measure.name, 0) if before else None,
        )
        for measure in measures
    ]
    return rows, _units(counts, wholes, names)


def _asked(statement: str, values: Sequence[list[str]]) -> list[tuple[str, UUID | None, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _sum(rows: Iterable[tuple[str, UUID | None, int]], unit: UUID | None) -> Counter[str]:
    total: Counter[str] = Counter()
    for name, of, count in rows:
        if unit is None or of == unit:
            total[name] += count
    return total


def _units(
    counts: Iterable[tuple[str, UUID | None, int]],
    wholes: Iterable[tuple[str, UUID | None, int]],
    names: dict[UUID, str],
) -> list[OfUnit]:
    """Each unit that has records, the one with most faults first."""
    found: dict[UUID | None, OfUnit] = {}
    for _, unit, count in wholes:
        name = names.get(unit, "No unit") if unit else "No unit"
        found.setdefault(unit, OfUnit(unit, name)).whole += count
    for name, unit, count in counts:
        if unit in found:
            found[unit].by_category[MEASURES[name].category] += count
    return sorted(found.values(), key=lambda each: (-each.by_category.total(), each.name))


def _before(measures: list[str], unit: UUID | None) -> dict[str, int]:
    """The figures of the earliest day within the last weeks; nothing on the first of all days."""
    today = clock.today()
    since = today - datetime.timedelta(days=BEFORE)
    with connection.cursor() as cursor:
        cursor.execute(
            "select day, measure, n from quality.trend(%s, %s, %s)", [measures, unit, since]
        )
        rows = cursor.fetchall()
    first = min((day for day, *_ in rows), default=today)
    return {name: count for day, name, count in rows if day == first} if first < today else {}


def counted_at() -> datetime.datetime | None:
    """When everything was counted last; None before the first count."""
    return Count.objects.order_by("-at").values_list("at", flat=True).first()


def records_with(
    identity: "Identity", measure: Measure, unit: UUID | None, after: UUID | None
) -> tuple[list[UUID], UUID | None]:
    """The keys of a page of records that have the fault now, the newest first, and the next place.

    A page may be shorter than its size: what was mended since the count is left out.
    """
    kinds = [measure.kind] if measure in measures_for(identity) else []
    with connection.cursor() as cursor:
        cursor.execute(
            "select record_id, still from quality.records_with(%s, %s, %s, %s, %s)",
            [measure.name, kinds, unit, after, PAGE + 1],
        )
        rows = cursor.fetchall()
    keys = [key for key, still in rows[:PAGE] if still]
    return keys, rows[PAGE - 1][0] if len(rows) > PAGE else None
