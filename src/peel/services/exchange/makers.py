"""Makes records of a kind in bulk from plain values, with what hangs on them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from peel.kernel.access.models import Appointment
from peel.kernel.base.dates import PartialDate
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.kernel.records.models import Kind
from peel.pole.models import (
    Basis,
    Nominal,
    NominalContact,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalName,
)
from peel.services.exchange.mould import Mould, numbered

Values = Mapping[str, Any]


class Maker:
    """Puts records of one kind into a batch, each made of `values` by the names of its fields.

    `names` are the fields that rows fill; all others keep what the model begins with.
    """

    def __init__(
        self,
        model: type[Kind],
        names: Sequence[str],
        post: Appointment,
        now: datetime,
        through: str,
        **fixed: Any,
    ) -> None:
        self.post, self.now, self.using = post, now, bulk.ALIAS
        self.mould = Mould(model, post, now, through, **fixed)
        self._fields = [_stored(model, name) for name in dict.fromkeys(names)]

    def references(self, count: int) -> list[str]:
        """So many new references."""
        return numbered(self.mould.prefix, count, self.now, self.using)

    def put(self, door: bulk.Batch, record: UUID, reference: str, values: Values) -> None:
        """Add one record to the batch."""
        columns: dict[str, Any] = {}
        shown: dict[str, Any] = {}
        for name, column, empty, store in self._fields:
            value = values.get(name)
            shown[name] = empty if value is None else value
            columns[column] = store(shown[name])
        self.mould.add_to(door, record, reference, columns, **shown)


def _stored(model: type[Kind], name: str) -> tuple[str, str, Any, Callable[[Any], Any]]:
    """A field's name, column, empty value, and how a value of it is kept."""
    field: Any = model._meta.get_field(name)
    empty = None if field.null else field.get_default()

    def store(value: Any) -> Any:
        if value is None:
            return None
        kept = value.pk if isinstance(value, models.Model) else field.get_prep_value(value)
        return str(kept) if isinstance(kept, UUID) else kept

    return name, str(field.column), empty, store


class Held(list[Any]):
    """Rows of a record that is not saved yet, for a sheet that asks for them as for saved ones."""

    def all(self, *_: Any, **__: Any) -> "Held":
        """All of them: they all hold."""
        return self

    filter = exclude = order_by = select_related = all


class NominalMaker(Maker):
    """Nominals with what was said of them, each fact with its source.

    `values` has besides the nominal's own fields `names`, `dates_of_birth`, `facts`, `identifiers`
    and `contacts`: a list of rows each, by the names of their fields. The first name and date of
    birth are the golden ones, as of a nominal that an officer records.
    """

    GOLDEN = ("family_name", "given_names", "date_of_birth", "sex")
    PARTS: Mapping[str, type[models.Model]] = {
        "names": NominalName,
        "dates_of_birth": NominalDateOfBirth,
        "facts": NominalFact,
        "identifiers": NominalIdentifier,
        "contacts": NominalContact,
    }

    def __init__(
        self, names: Sequence[str], post: Appointment, now: datetime, through: str, **fixed: Any
    ) -> None:
        super().__init__(Nominal, [*self.GOLDEN, *names], post, now, through, **fixed)
        said = {
            "asserted_by_id": post.pk,
            "asserted_at": now,
            "marking": self.mould.record.marking,
            "basis": Basis.SYSTEM,
        }
        self._parts = {name: _Part(model, said) for name, model in self.PARTS.items()}
        # For the sheet, which asks for a saved record's rows.
        self._held: dict[str, Any] = {"marks": Held()}
        record: Any = self.mould.record
        record._prefetched_objects_cache = self._held

    def put(self, door: bulk.Batch, record: UUID, reference: str, values: Values) -> None:
        """Add one nominal with what was said of her."""
        key = str(record)
        rows = {name: values.get(name) or () for name in self._parts}
        sex = next((row["value"] for row in rows["facts"] if row["kind"] == "sex"), None)
        golden = dict.fromkeys(self.GOLDEN) | {"sex": sex}
        for one in (*rows["names"][:1], *rows["dates_of_birth"][:1]):
            golden |= {name: value for name, value in one.items() if name in golden}
        for name, part in self._parts.items():
            self._held[name] = Held(
                part.add(door, key, row, place) for place, row in enumerate(rows[name])
            )
        super().put(door, record, reference, {**values, **golden})


class _Part:
    """Rows of one table that say something of a nominal."""

    def __init__(self, model: type[models.Model], said: Mapping[str, Any]) -> None:
        self._model, self._table = model, model._meta.db_table
        own = {field.attname for field in model._meta.concrete_fields}
        given = {name: value for name, value in said.items() if name in own}
        self._fixed = bulk.columns_of(model(**given), model)
        # Filled again for each nominal: a model made anew costs more than all else of its row.
        self._shown: list[models.Model] = []

    def add(
        self, door: bulk.Batch, nominal: str, row: Mapping[str, Any], place: int
    ) -> models.Model:
        """Add the row at a place among the nominal's; gives it as the sheet reads it."""
        columns = {
            name: value.stored if isinstance(value, PartialDate) else value
            for name, value in row.items()
        }
        columns |= {"id": str(uuid7()), "nominal_id": nominal}
        door.add_columns(self._table, columns, self._fixed)
        if place == len(self._shown):
            self._shown.append(self._model())
        shown = self._shown[place]
        for name, value in row.items():
            setattr(shown, name, value)
        return shown
