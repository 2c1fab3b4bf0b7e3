"""The shortest way from one record to another along links, and what hangs on several at once.

A thin door: the database walks (`sql/`), where visibility is applied to each link before
it counts. Records that are one person count as one. What the reader may not see is not walked
through, and nothing tells that there was something: no way at all and a way through the hidden
read the same.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from peel.machine.queries.finding import kinds_to_view
from peel.pole.charts.links import NOW, When

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

STEPS, LOOKED_AT, CHOSEN, SHOWN = 6, 50_000, 20, 200


@dataclass(frozen=True)
class By:
    """Which links a way may use: of some types (None for all), and such as could have held on a
    day from `since` to `until`. A link without dates could have held on any.
    """

    types: tuple[str, ...] | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None

    def asked(self, when: When) -> tuple[Any, ...]:
        """As the functions of the database take it."""
        days = (day.isoformat() if day else None for day in (self.since, self.until))
        types = None if self.types is None else list(self.types)
        return (types, when.moment, when.compare, *days)


ANY = By()


@dataclass(frozen=True)
class Path:
    """A way, or why there is none: "none" (all was seen), "far" (too many steps), "wide"
    (too many records). `steps` says how far the search went.
    """

    ids: tuple[UUID, ...]
    ending: str
    steps: int
    looked_at: int

    @property
    def said(self) -> str:
        """The outcome in words."""
        if self.ids:
            count = len(self.ids) - 1
            return f"{count} step{'' if count == 1 else 's'} from one to the other."
        if self.ending == "none":
            return "No path: what can be reached from one of them does not hold the other."
        if self.ending == "far":
            return f"No path of {self.steps} steps or fewer. The search stopped there."
        return (
            f"The search stopped after {self.looked_at:,} records, with no path of {self.steps}"
            f" step{'' if self.steps == 1 else 's'} or fewer."
        )


@dataclass(frozen=True)
class Common:
    """What at least two of the chosen are linked to: each with those it hangs on, the nearest to
    all first; and how many there are, of which `SHOWN` are given.
    """

    near: dict[UUID, tuple[UUID, ...]]
    count: int

    @property
    def said(self) -> str:
        """The outcome in words."""
        if not self.near:
            return "Nothing is linked to two of these."
        few = f" The first {len(self.near):,} are shown." if self.count > len(self.near) else ""
        verb = "record is" if self.count == 1 else "records are"
        return f"{self.count:,} {verb} linked to at least two of these.{few}"


def shortest(
    identity: "Identity",
    first: UUID,
    second: UUID,
    *,
    steps: int = STEPS,
    looked_at: int = LOOKED_AT,
    when: When = NOW,
    by: By = ANY,
) -> Path:
    """The shortest path, of at most `steps` (and six) steps. One query. Call within `speaking`.

    Records on the way are told to the ledger by whoever draws them.
    """
    limits = (list(kinds_to_view(identity)), min(steps, STEPS), looked_at)
    rows = _asked("shortest", (first, second, *limits, *by.asked(when)))
    way, ending, walked, seen = rows[0]
    return Path(tuple(way), ending, walked, seen)


def common(
    identity: "Identity", chosen: Collection[UUID], *, when: When = NOW, by: By = ANY
) -> Common:
    """What at least two of the chosen records are linked to. One query. Call within `speaking`."""
    limits = (list(kinds_to_view(identity)), SHOWN, LOOKED_AT)
    rows = _asked("common", (list(chosen), *limits, *by.asked(when)))
    return Common({row[0]: tuple(row[1]) for row in rows}, rows[0][2] if rows else 0)


def _asked(function: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"select * from charts.{function}({marks})", values)
        return cursor.fetchall()
