"""Makes records of loaded rows, by the bulk path: locations, crimes, incidents, links, outcomes.

One call writes one batch with search documents, versions and ledger lines. A record made here says
so in `changed_through`; once anybody has worked on it, later versions leave it alone.
"""

import json
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from peel.kernel.access.models import Appointment
from peel.kernel.audit.ledger import Act
from peel.kernel.base import clock, references
from peel.kernel.base.dates import PartialDate
from peel.kernel.base.ids import uuid7
from peel.kernel.places.models import Precision
from peel.kernel.records import bulk
from peel.migration.police_uk.bulk import Batch, GivenOutcome, Point, Published
from peel.modules.investigation.api import Crime, CrimeOutcome, Incident
from peel.pole.models import Link, Location
from peel.services.exchange.mould import Mould, grid, taken

SOURCE = "data.police.uk"
THROUGH = "police_uk.load"
AMENDED = "police_uk.later_version"
SCENE = "occurred_at"
# More references than two batches need.
LATELY = 50_000
_LONGEST_FORCE = 80


class Prepared(NamedTuple):
    """A batch as rows of tables; later versions wait for the references of what they amend."""

    door: bulk.Batch
    amended: list[list[Published]]
    outcomes: int
    now: datetime


class RecordSink:
    """Writes batches on the connection `using` for the post that the loader holds."""

    def __init__(self, using: str, post: Appointment) -> None:
        self._using, self._post = using, post
        self._months: dict[str, str] = {}
        # References of the batch that is still in flight, which nobody else can see yet.
        self._lately: deque[str] = deque(maxlen=LATELY)
        self._place = Location()

    def prepare(self, batch: Batch) -> Prepared:
        """Turn the batch into rows of tables (see `CrimeSink`)."""
        now = clock.now()
        door = bulk.Batch(THROUGH)
        self._locations(door, batch.points, now)
        self._happened(door, Mould(Crime, self._post, now, THROUGH, source=SOURCE), batch.crimes)
        self._happened(
            door, Mould(Incident, self._post, now, THROUGH, source=SOURCE), batch.incidents
        )
        self._scenes(door, (*batch.crimes, *batch.incidents), now)
        self._outcomes(door, batch.outcomes)
        return Prepared(door, batch.amended, len(batch.outcomes), now)

    def write(self, prepared: Prepared) -> int:
        """Write a prepared batch; returns how many later versions were left out."""
        if prepared.door.subjects or prepared.outcomes:
            prepared.door.take_in()
        return sum(self._amend(amendments, prepared.now) for amendments in prepared.amended)

    def _references(self, prefix: str, count: int, now: datetime) -> list[str]:
        drawn = references.draw_many(prefix, count, moment=now, taken=self._taken)
        self._lately.extend(drawn)
        return drawn

    def _taken(self, drawn: Collection[str]) -> list[str]:
        """Which of these references exist: the loader's role sees every record."""
        flying = set(self._lately).intersection(drawn)
        return [*flying, *taken(drawn, self._using)]

    def _locations(self, door: bulk.Batch, points: Sequence[Point], now: datetime) -> None:
        """Map points as locations; where the national grid ends, of their text alone."""
        mould = Mould(Location, self._post, now, THROUGH, precision=Precision.MAP_POINT)
        numbers = self._references(mould.prefix, len(points), now)
        grids = grid([p.longitude for p in points], [p.latitude for p in points])
        for point, metres, reference in zip(points, grids, numbers, strict=True):
            values: dict[str, Any] = {
                "address": _address(point.text, point.lsoa_name),
                "source_key": f"{point.lsoa} {point.longitude:.6f},{point.latitude:.6f}",
            }
            values["longitude"], values["latitude"] = (
                (point.longitude, point.latitude) if metres else (None, None)
            )
            values["easting"], values["northing"] = metres or (None, None)
            mould.add_to(door, point.record, reference, values, **values)

    def _happened(self, door: bulk.Batch, mould: Mould, rows: Sequence[Published]) -> None:
        numbers = self._references(mould.prefix, len(rows), mould.record.created_at)
        for row, reference in zip(rows, numbers, strict=True):
            values = self._values(row)
            columns = self._columns(row, values)
            mould.add_to(door, row.record, reference, columns, **values)

    def _values(self, row: Published) -> dict[str, Any]:
        """The fields of a crime or an incident; of its location what titles and documents need."""
        values: dict[str, Any] = {
            "category": row.category,
            "location": None,
            "reported_by": _force(row),
            "summary": row.context,
            "source_key": row.crime_id or row.key.hex(),
        }
        if row.location:
            self._place.record_ptr_id = self._place.id = row.location
            self._place.title = _address(row.place, row.area) or "Map point"
            values["location"] = self._place
        if row.crime_id:
            values["last_outcome"] = row.last_outcome
        return values

    def _columns(self, row: Published, values: dict[str, Any]) -> dict[str, Any]:
        """The same as columns, with the month as both ends of when it happened."""
        columns = values | {"location_id": str(row.location) if row.location else None}
        del columns["location"]
        named = "committed" if row.crime_id else "happened"
        columns[f"{named}_from"] = columns[f"{named}_to"] = self._month(row.month)
        return columns

    def _scenes(self, door: bulk.Batch, rows: Iterable[Published], now: datetime) -> None:
        """Link what happened with where it happened."""
        link = Link(type_id=SCENE, asserted_by_id=self._post.pk, asserted_at=now, confirmed=True)
        fixed = bulk.columns_of(link, Link)
        for row in rows:
            if row.location:
                record, location = str(row.record), str(row.location)
                ends = {"from_record_id": record, "to_record_id": location}
                key = {"id": str(uuid7()), "asserted_in_id": record}
                door.add_columns(Link._meta.db_table, fixed | key | ends)

    def _outcomes(self, door: bulk.Batch, outcomes: Sequence[GivenOutcome]) -> None:
        fixed = bulk.columns_of(CrimeOutcome(source=SOURCE), CrimeOutcome)
        for given in outcomes:
            values = {
                "id": str(given.id),
                "crime_id": str(given.crime),
                "decided": self._month(given.month),
                "outcome": given.text,
                "source_key": given.key.hex(),
            }
            door.add_columns(CrimeOutcome._meta.db_table, fixed | values)

    def _amend(self, rows: Sequence[Published], now: datetime) -> int:
        """Write one round of later versions; returns how many were left out."""
        mould = Mould(Crime, self._post, now, THROUGH, source=SOURCE)
        numbers = self._known([row.record for row in rows])
        values = json.dumps([self._amendment(mould, row, numbers[row.record]) for row in rows])
        with connections[self._using].cursor() as cursor:
            cursor.execute("select * from police_uk.amend(%s, %s, %s)", [values, now, THROUGH])
            done = cursor.fetchall()
        if done:
            subjects, versions = zip(*done, strict=True)
            bulk.write_line(AMENDED, subjects, versions, Act.ALTERATION)
        return len(rows) - len(done)

    def _amendment(self, mould: Mould, row: Published, reference: str) -> dict[str, Any]:
        values = self._values(row)
        title = mould.title(**values)
        document = mould.document(row.record, reference, title)
        return {
            "record": str(row.record),
            "title": title,
            "category": row.category,
            "location": str(row.location) if row.location else None,
            "committed": self._month(row.month),
            "last_outcome": row.last_outcome,
            "reported_by": values["reported_by"],
            "summary": row.context,
            "numbers": document["numbers"],
            "link": str(uuid7()),
        }

    def _known(self, records: Sequence[UUID]) -> dict[UUID, str]:
        """The references of these records."""
        with connections[self._using].cursor() as cursor:
            cursor.execute(
                "select id, reference from records_record where id = any (%s)", [list(records)]
            )
            return dict(cursor.fetchall())

    def _month(self, month: str) -> str:
        """A month as a partial date is stored."""
        if month not in self._months:
            self._months[month] = PartialDate.month(int(month[:4]), int(month[5:])).stored
        return self._months[month]


def _address(text: str, area: str) -> str:
    """The published text of a point with its area, which tells "On or near Nightclub" apart."""
    return ", ".join(part for part in (text, area) if part)


def _force(row: Published) -> str:
    if row.falls_within and row.falls_within != row.force:
        return f"{row.force} (in {row.falls_within})"[:_LONGEST_FORCE]
    return row.force
