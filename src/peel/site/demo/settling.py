"""Brings the demo's invented town in, by the bulk path that loaders use.

Who said each thing is one of the demo's officers, at a time before today.
"""

import datetime
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connections, models
from django.utils import timezone

from peel.kernel.access.identity import speaking_as_system
from peel.kernel.access.models import Appointment
from peel.kernel.base import clock, references
from peel.kernel.base.dates import PartialDate
from peel.kernel.base.ids import uuid7
from peel.kernel.places import coordinates
from peel.kernel.records import bulk
from peel.kernel.records.kinds import kind_of
from peel.kernel.records.models import Kind, Record
from peel.machine.documents import normal
from peel.machine.registry import sheet_of_model
from peel.modules.investigation.api import Crime
from peel.pole.identity.models import Judgement
from peel.pole.models import (
    Link,
    Location,
    Marker,
    MarkerType,
    Nominal,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalMark,
    NominalName,
)
from peel.pole.models.nominals import full_name
from peel.pole.objects.models import Organisation, Phone, Vehicle
from peel.site.demo.names import STREETS
from peel.site.demo.population import FIRST_HOUSE, End, Part, Person, Thing, Town

SEED, THROUGH = 1829, "demo.people"
CRIMES = 4000
_MODELS: Mapping[str, type[Kind]] = {
    "place": Location, "vehicle": Vehicle, "phone": Phone, "organisation": Organisation,
}  # fmt: skip
_NUMBERS = ("vrm", "vin", "imei", "msisdn")


def settle(posts: dict[str, Appointment], progress: Callable[[int, int], None]) -> int:
    """Bring the whole town in; gives how many people live there."""
    loader, came = posts["loader"], 0
    with speaking_as_system(loader.pk, bulk.ALIAS):
        burglaries = Crime.objects.using(bulk.ALIAS).order_by("-source_key")
        crimes = list(burglaries.values_list("pk", flat=True)[:CRIMES])
    town = Town(SEED, clock.london(clock.now()).date(), len(crimes))
    for part in town.parts():
        with speaking_as_system(loader.pk, bulk.ALIAS):
            Settling(posts, crimes).bring(part)
        came += len(part.people)
        progress(came, came if came > len(crimes) else came + 1)
    bulk.fold_tallies()
    return came


@lru_cache(maxsize=20_000)
def _stored(text: str) -> str | None:
    """A date as the database keeps it."""
    return PartialDate.parse(text).stored if text else None


def _taken(drawn: Collection[str]) -> list[str]:
    """Which of these references are given; the loader of the force's own post sees them all."""
    with connections[bulk.ALIAS].cursor() as cursor:
        cursor.execute(
            "select reference from records_record where reference = any (%s)", [list(drawn)]
        )
        return [reference for (reference,) in cursor.fetchall()]


class Settling:
    """One part of the town on its way in."""

    def __init__(self, posts: dict[str, Appointment], crimes: list[UUID]) -> None:
        self._post, self._crimes = posts["loader"], crimes
        self._now = timezone.now()
        self._batch = bulk.Batch(THROUGH)
        self._ids: dict[int, UUID] = {}
        self._chance = random.Random(SEED)  # noqa: S311 - who said it, in a story
        self._officers = [posts[name].pk for name in ("amara", "tobias", "ines")]
        self._references: dict[type[Kind], Iterator[str]] = {}
        self._fixed: dict[tuple[type[models.Model], Any], dict[str, Any]] = {}
        self._reviews = dict(
            MarkerType.objects.using(bulk.ALIAS).values_list("code", "review_days")
        )

    def bring(self, part: Part) -> None:
        """Write the part as one batch: one transaction, one line of the ledger."""
        self._draw(part)
        for thing in part.things:
            self._thing(thing)
        for one in part.people:
            self._person(one)
        seen = set()
        for tie in part.ties:
            first, second = self._end(tie.first), self._end(tie.second)
            pair = (
                tie.type,
                *(sorted((first, second)) if tie.type == "associate" else (first, second)),
            )
            if first == second or pair in seen:
                continue
            seen.add(pair)
            dates = {"starts": _stored(tie.starts), "ends": _stored(tie.ends)}
            self._said(
                Link, type_id=tie.type, from_record_id=first, to_record_id=second, note=tie.note,
                confirmed=tie.confirmed, **dates,
            )  # fmt: skip
        for one, again, why in part.same:
            first, second = sorted((self._ids[id(one)], self._ids[id(again)]))
            self._said(Judgement, first_id=first, second_id=second, verdict="same", reason=why)
        self._batch.take_in()

    def _draw(self, part: Part) -> None:
        """References for all that comes, none of which is given: of so many, some would be."""
        wanted = Counter(_MODELS[thing.kind] for thing in part.things)
        wanted[Nominal] = len(part.people)
        for model, count in wanted.items():
            prefix = self._mould(model)[2]
            drawn = references.draw_many(prefix, count, moment=self._now, taken=_taken)
            self._references[model] = iter(drawn)

    def _end(self, end: End | int) -> UUID:
        return self._crimes[end] if isinstance(end, int) else self._ids[id(end)]

    # Records ------------------------------------------------------------------------------

    def _record(
        self, model: type[Kind], end: End, title: str, /, *, names: str, numbers: Iterable[str],
        **values: Any,
    ) -> UUID:  # fmt: skip
        """A record of a kind with its search document."""
        base, own, _ = self._mould(model)
        key, reference = uuid7(), next(self._references[model])
        self._ids[id(end)] = key
        said = {"id": key, "reference": reference, "title": title[:200]}
        self._batch.add_columns(Record._meta.db_table, said, base)
        self._batch.add_columns(model._meta.db_table, {"record_ptr_id": key, **values}, own)
        self._batch.subjects.append(key)
        found = sorted({normal(number) for number in (reference, *numbers) if number})
        document = {
            "record_id": key, "kind": kind_of(model), "caption": title[:200],
            "names": names.lower(), "numbers": found, "body": "",
        }  # fmt: skip
        self._batch.add_columns("records_document", document)
        return key

    def _mould(self, model: type[Kind]) -> tuple[dict[str, Any], dict[str, Any], str]:
        """What all records of a kind share here, and the prefix of their references."""
        sheet = sheet_of_model(model)
        if sheet is None:
            raise LookupError(f"no sheet declares {model.__name__}")
        if (Record, model) not in self._fixed:
            made = model(
                kind=kind_of(model), organisation_id=self._post.organisation_id,
                owner_unit_id=self._post.unit_id, marking=sheet.markings.default,
                state=sheet.flow.start.name if sheet.flow else "live", created_at=self._now,
                created_by_id=self._post.pk, changed_at=self._now,
                changed_by_id=self._post.pk, changed_through=THROUGH,
            )  # fmt: skip
            base, own = bulk.columns_of(made, Record), bulk.columns_of(made, model)
            for name in ("id", "reference", "title"):
                base.pop(name)
            own.pop("record_ptr_id")
            self._fixed[Record, model], self._fixed[model, model] = base, own
        return self._fixed[Record, model], self._fixed[model, model], sheet.numbers.prefix

    def _thing(self, thing: Thing) -> None:
        model, values = _MODELS[thing.kind], dict(thing.values)
        if model is Location:
            values |= self._point(str(values["street"]), int(str(values["paon"])))
        made = model(**values)
        sheet = sheet_of_model(model)
        title = sheet.caption(made) if sheet else ""
        numbers = [str(values[name]) for name in _NUMBERS if values.get(name)]
        self._record(model, thing, title, names=title, numbers=numbers, **values)

    def _point(self, street: str, number: int) -> dict[str, Any]:
        """Along the invented street, beyond its houses of the gazetteer, in the Thames."""
        row = STREETS.index(street)
        longitude = round(0.1055 + row % 4 * 0.0073 + (number - FIRST_HOUSE) % 400 * 0.000015, 6)
        latitude = round(51.5092 + row // 4 * 0.0015 + number % 2 * 0.00012, 6)
        found = coordinates.to_grid(longitude, latitude)
        return {
            "longitude": longitude, "latitude": latitude, "easting": found.easting,
            "northing": found.northing, "precision": "street", "category": "address",
        }  # fmt: skip

    def _person(self, one: Person) -> None:
        title = full_name(one.family, one.given)
        names = [("current", one.family, one.given), *one.names]
        births = [one.written, *one.births]
        told = " ".join(f"{family} {given}" for _, family, given in names)
        key = self._record(
            Nominal, one, title, names=told, numbers=[value for _, value in one.identifiers],
            family_name=one.family, given_names=one.given, sex=one.sex,
            date_of_birth=_stored(one.written),
        )  # fmt: skip
        for kind, family, given in names:
            self._said(
                NominalName, nominal_id=key, kind=kind, family_name=family, given_names=given
            )
        for text in births:
            self._said(NominalDateOfBirth, nominal_id=key, date_of_birth=_stored(text))
        for kind, value in one.facts:
            self._said(NominalFact, nominal_id=key, kind=kind, value=value)
        for kind, side, words in one.marks:
            place = "forearm" if kind == "tattoo" else "face"
            self._said(
                NominalMark, nominal_id=key, kind=kind, side=side, description=words,
                body_place=place,
            )  # fmt: skip
        for kind, value in one.identifiers:
            self._said(NominalIdentifier, nominal_id=key, kind=kind, value=value)
        for code, why in one.markers:
            days = datetime.timedelta(days=self._reviews[code])
            review = (self._now + days).date()
            self._said(Marker, record_id=key, type_id=code, reason=why, review_on=review)

    def _said(self, model: type[models.Model], **values: Any) -> None:
        """An assertion by one of the demo's officers."""
        by = self._chance.choice(self._officers)
        if (model, by) not in self._fixed:
            said = bulk.columns_of(model(asserted_by_id=by, asserted_at=self._now), model)
            self._fixed[model, by] = {n: v for n, v in said.items() if n not in ("id", *values)}
        row = {"id": uuid7(), **values}
        self._batch.add_columns(model._meta.db_table, row, self._fixed[model, by])
