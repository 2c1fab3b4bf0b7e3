"""Turns rows of the example into what Peel keeps: values of a record, or the reason for none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from peel.kernel.access.models import Appointment
from peel.kernel.base.dates import PartialDate
from peel.kernel.places.models import Precision
from peel.kernel.records import bulk
from peel.kernel.records.models import Kind
from peel.migration.pole_example.mapping import Node, filled
from peel.modules.investigation.api import Crime, CrimeOutcome
from peel.pole.models import Location, Nominal
from peel.services.exchange.makers import Maker, NominalMaker
from peel.services.exchange.models import OutsideEvent
from peel.services.exchange.mould import grid
from peel.services.exchange.running import NotTaken

THROUGH = "pole_example.load"
Row = Mapping[str, str]
Values = dict[str, Any]
_PLACED = ("longitude", "latitude", "easting", "northing")
_DATED: dict[type[Kind], tuple[str, str]] = {
    Crime: ("committed_from", "committed_to"),
    OutsideEvent: ("happened_from", "happened_to"),
}


class Builder:
    """Makes the records of one file of nodes."""

    def __init__(self, node: Node, source: str, post: Appointment) -> None:
        self._node, self._source, self._post = node, source, post
        self.model: type[Kind] = apps.get_model(node.kind)
        own = {f.name for f in self.model._meta.get_fields()}
        self._sourced = {"source": source} if "source" in own else {}
        self._dates = _DATED.get(self.model, ())

    def values(self, row: Row, place: Location | None) -> Values:
        """The values of one row, which happened at `place`. Raises NotTaken."""
        node = self._node
        for name in node.needs:
            if not row[name].strip():
                raise NotTaken(f"“{name}” is blank")
        found: Values = {name: filled(text, row) for name, text in node.values.items()}
        if node.month or node.day:
            when = _date(row[node.month or node.day], whole=bool(node.day))
            found |= dict.fromkeys(self._dates, when)
        if node.longitude:
            found |= {name: _degrees(row[getattr(node, name)]) for name in _PLACED[:2]}
        if node.family_name:
            given, family = filled(node.given_names, row), filled(node.family_name, row)
            named = {"kind": "current", "family_name": family, "given_names": given}
            numbers = {kind: filled(text, row) for kind, text in node.numbers.items()}
            said = {kind: filled(text, row) for kind, text in node.facts.items()}
            found |= {
                "names": [named],
                "identifiers": _of_kinds(numbers),
                "facts": _of_kinds(said),
            }
        if node.place:
            found["location"] = place
        return found

    def put(self, door: bulk.Batch, made: Sequence[tuple[UUID, Values]], now: datetime) -> None:
        """Add the records of a batch, each with its id."""
        maker = self._maker(now)
        if self._node.longitude:
            _to_grid([values for _, values in made])
        for (record, values), reference in zip(made, maker.references(len(made)), strict=True):
            maker.put(door, record, reference, values)
            if self.model is Crime and values["last_outcome"]:
                outcome = _outcome(record, values["last_outcome"], self._source)
                door.add([outcome])

    def _maker(self, now: datetime) -> Maker:
        names = list(self._node.values)
        if self.model is Nominal:
            return NominalMaker(names, self._post, now, THROUGH)
        names += [*self._dates]
        fixed: dict[str, Any] = dict(self._sourced)
        if self._node.longitude:
            names += _PLACED
            fixed["precision"] = Precision.MAP_POINT
        if self._node.place:
            names.append("location")
        return Maker(self.model, names, self._post, now, THROUGH, **fixed)


def _of_kinds(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"kind": kind, "value": value} for kind, value in values.items() if value]


def _outcome(crime: UUID, text: str, source: str) -> CrimeOutcome:
    """The last outcome as one of the crime's; the source does not say when it was given."""
    return CrimeOutcome(crime_id=crime, outcome=text, decided=PartialDate.unknown(), source=source)


def _date(text: str, *, whole: bool) -> PartialDate:
    try:
        day = datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        raise NotTaken(f"“{text}” is not a date such as 24/08/2017") from None
    return PartialDate.day(day) if whole else PartialDate.month(day.year, day.month)


def _degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise NotTaken(f"“{text}” is not a number of degrees") from None


def _to_grid(rows: Sequence[Values]) -> None:
    """Put metres beside degrees; where the national grid does not reach, neither is kept."""
    found = grid([r["longitude"] for r in rows], [r["latitude"] for r in rows])
    for row, metres in zip(rows, found, strict=True):
        place = (row["longitude"], row["latitude"], *metres) if metres else (None,) * len(_PLACED)
        row |= dict(zip(_PLACED, place, strict=True))
