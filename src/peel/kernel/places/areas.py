"""In which areas a point lies, as at a date: one by the database's index, many by a tree."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connections
from numpy.typing import NDArray

from peel.kernel.base import clock
from peel.kernel.places.models import AreaEdition, AreaKind, AreaVersion

CHUNK = 100_000
_ORDER = {kind: place for place, kind in enumerate(AreaKind.values)}


@dataclass(frozen=True)
class Lies:
    """An area that holds a point: its kind, code and name, and since when (and until) so."""

    area_set: str
    kind: str
    area_id: int
    version_id: int
    code: str
    name: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    source: str

    @property
    def title(self) -> str:
        """What sort of area it is, in words."""
        return str(AreaKind(self.kind).label)


def at(
    easting: float,
    northing: float,
    *,
    on: datetime.date | None = None,
    kinds: Sequence[str] | None = None,
    using: str = "default",
) -> list[Lies]:
    """The areas that hold a grid point on a day (today by default), the widest kinds first.

    Of an exclusive set there is one at most, on a border too: the first by code.
    """
    day = on or clock.today()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select area_set, kind, area_id, version_id, code, name, valid_from, valid_to, source"
            " from places.areas_at(%s, %s, %s, %s)",
            [easting, northing, day, list(kinds) if kinds is not None else None],
        )
        found = [Lies(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda lies: (_ORDER[lies.kind], lies.area_set, lies.code))


class Tree:
    """The outlines of one set in memory, to put many points into at once.

    `codes` are in order, and a point on a border goes to the first of its areas.
    """

    def __init__(self, codes: Sequence[str], outlines: Sequence[object]) -> None:
        order = sorted(range(len(codes)), key=codes.__getitem__)
        self.codes = [codes[place] for place in order]
        self._outlines = np.array([outlines[place] for place in order], dtype=object)
        shapely.prepare(self._outlines)
        self._tree = shapely.STRtree(self._outlines)

    @classmethod
    def of_set(
        cls, area_set: str, *, on: datetime.date | None = None, using: str = "default"
    ) -> "Tree":
        """The areas of a set as at a day. Raises LookupError when it has no edition then."""
        day = on or clock.today()
        edition = (
            AreaEdition.objects.using(using)
            .filter(area_set=area_set, valid_from__lte=day)
            .exclude(valid_to__lte=day)
            .first()
        )
        if edition is None:
            raise LookupError(f"There are no areas of {area_set!r} on {day}")
        rows = AreaVersion.objects.using(using).filter(edition=edition)
        found = rows.values_list("area__code", "outline_grid")
        codes, outlines = zip(*found, strict=True)
        return cls(codes, shapely.from_wkb([bytes(outline) for outline in outlines]))

    def places(
        self, eastings: NDArray[np.float64], northings: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """For each point the place of its area in `codes`; -1 where there is none."""
        found = np.full(len(eastings), -1, dtype=np.int64)
        for start in range(0, len(eastings), CHUNK):
            piece = slice(start, start + CHUNK)
            found[piece] = self._chunk(eastings[piece], northings[piece])
        return found

    def _chunk(
        self, eastings: NDArray[np.float64], northings: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        points = shapely.points(eastings, northings)
        which, area = self._tree.query(points)
        # The box is not the area: each is tested, border included, by its prepared outline.
        holds = shapely.intersects_xy(self._outlines[area], eastings[which], northings[which])
        which, area = which[holds], area[holds]
        first = np.full(len(eastings), len(self.codes), dtype=np.int64)
        np.minimum.at(first, which, area)
        return np.where(first == len(self.codes), -1, first)
