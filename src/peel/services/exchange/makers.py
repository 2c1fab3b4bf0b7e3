"""Makes records of a kind in bulk from plain values, with what hangs on them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from peel.kernel.access.models import Appointment
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.kernel.records.models import Kind
from peel.pole.models import Nominal, NominalDateOfBirth, NominalIdentifier, NominalName
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
    """Nominals with the names, dates of birth and numbers that were said of them.

    `values` has `names` (kind, family name, given names; the first is the golden one), `births`
    (partial dates) and `numbers` (kind, number) besides.
    """

    GOLDEN = ("family_name", "given_names", "date_of_birth")

    def __init__(
        self,
        names: Sequence[str],
        post: Appointment,
        now: datetime,
        through: str,
        said_in: UUID | None = None,
        **fixed: Any,
    ) -> None:
        super().__init__(Nominal, [*self.GOLDEN, *names], post, now, through, **fixed)
        said: dict[str, Any] = {
            "asserted_by_id": post.pk,
            "asserted_at": now,
            "asserted_in_id": said_in,
            "marking": self.mould.record.marking,
        }
        self._name, self._birth, self._number = (
            _Part(model, said) for model in (NominalName, NominalDateOfBirth, NominalIdentifier)
        )

    def put(self, door: bulk.Batch, record: UUID, reference: str, values: Values) -> None:
        """Add one nominal with what was said of her."""
        key = str(record)
        names, births, numbers = (values.get(name) or () for name in ("names", "births", "numbers"))
        kind, family, given = names[0] if names else ("current", "", "")
        shown = {
            "family_name": family, "given_names": given,
            "date_of_birth": births[0] if births else None,
        }  # fmt: skip
        held = {
            "names": Held(NominalName(kind=k, family_name=f, given_names=g) for k, f, g in names),
            "identifiers": Held(NominalIdentifier(kind=k, value=v) for k, v in numbers),
        }
        self.mould.record._prefetched_objects_cache = held
        super().put(door, record, reference, {**values, **shown})
        for kind, family, given in names:
            row = {"kind": kind, "family_name": family, "given_names": given}
            self._name.add(door, key, row)
        for birth in births:
            self._birth.add(door, key, {"date_of_birth": birth.stored})
        for kind, value in numbers:
            self._number.add(door, key, {"kind": kind, "value": value})


class _Part:
    """Rows of one table that say something of a nominal."""

    def __init__(self, model: type[models.Model], said: Mapping[str, Any]) -> None:
        self._table = model._meta.db_table
        self._fixed = bulk.columns_of(model(**said), model)

    def add(self, door: bulk.Batch, nominal: str, columns: dict[str, Any]) -> None:
        """Add a row."""
        columns |= {"id": str(uuid7()), "nominal_id": nominal}
        door.add_columns(self._table, columns, self._fixed)
