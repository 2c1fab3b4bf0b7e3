"""Turns a reconciled plan into the batch that is written: crimes, incidents and outcomes."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from peel.migration.police_uk.bulk import Batch, GivenOutcome, Point, Published
from peel.migration.police_uk.keys import crime_key, point_key
from peel.migration.police_uk.reader import (
    CONTEXT,
    CRIME_ID,
    FORCE,
    LAST_OUTCOME,
    LATITUDE,
    LOCATION,
    LONGITUDE,
    LSOA,
    LSOA_NAME,
    MONTH,
    TYPE,
)
from peel.migration.police_uk.reconcile import Plan, Write

FALLS_WITHIN = FORCE + 1


Place = tuple[str, ...]


def points_named(plan: Plan) -> dict[Place, bytes]:
    """The map points that the plan's crimes and incidents name: their columns and their keys."""
    places = {
        write.fields[LONGITUDE:TYPE] for write in _writes(plan) if write.subject.letter != "o"
    }
    return {place: point_key(place) for place in places if place[0]}


def _writes(plan: Plan) -> Iterable[Write]:
    yield from plan.created
    for amendments in plan.amended:
        yield from amendments


def batch_of(
    plan: Plan,
    named: Mapping[Place, bytes],
    points: Mapping[bytes, UUID],
    crimes: Mapping[bytes, UUID],
    new_id: Callable[[], UUID],
) -> tuple[Batch, dict[bytes, UUID]]:
    """The batch that carries out the plan, and the map points that it adds.

    `named` are the points that the plan names, `points` the locations of those that are known;
    `crimes` are the records of the crimes that the plan's outcomes belong to.
    """
    batch, added = Batch(), dict[bytes, UUID]()

    def location(fields: tuple[str, ...]) -> UUID | None:
        if not fields[LONGITUDE]:
            return None
        key = named[fields[LONGITUDE:TYPE]]
        known = points.get(key) or added.get(key)
        if known is None:
            known = added[key] = new_id()
            batch.points.append(_point(known, fields))
        return known

    for write in plan.created:
        if write.subject.letter == "o":
            batch.outcomes.append(_outcome(write, crimes))
        else:
            into = batch.crimes if write.subject.letter == "c" else batch.incidents
            into.append(_published(write, location(write.fields)))
    for amendments in plan.amended:
        batch.amended.append([_published(w, location(w.fields)) for w in amendments])
    return batch, added


def _point(record: UUID, fields: tuple[str, ...]) -> Point:
    return Point(
        record,
        float(fields[LONGITUDE]),
        float(fields[LATITUDE]),
        fields[LOCATION],
        fields[LSOA],
        fields[LSOA_NAME],
    )


def _published(write: Write, location: UUID | None) -> Published:
    fields = write.fields
    return Published(
        write.record,
        write.subject.key,
        fields[CRIME_ID],
        fields[MONTH],
        fields[FORCE],
        fields[FALLS_WITHIN],
        fields[TYPE],
        fields[LAST_OUTCOME],
        fields[CONTEXT],
        location,
        fields[LOCATION],
        fields[LSOA_NAME],
    )


def _outcome(write: Write, crimes: Mapping[bytes, UUID]) -> GivenOutcome:
    fields = write.fields
    crime = crimes[crime_key(fields[CRIME_ID])]
    return GivenOutcome(
        write.record, write.subject.key, crime, fields[MONTH], fields[TYPE], fields[FORCE]
    )
