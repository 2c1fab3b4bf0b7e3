"""The rows of an export: read by keyset in chunks, as values, with labels resolved in bulk."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import OperationalError, connection, models
from django.db.models import Count, Max
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from peel.kernel.access.identity import speaking
from peel.kernel.access.markings import Marking
from peel.kernel.base.spreadsheets import Cell
from peel.kernel.records.models import Record
from peel.machine.pages.questions import as_query
from peel.machine.queries.asking import Asked, Place
from peel.machine.queries.columns import columns_of, order_of
from peel.machine.queries.listing import filters, keys_behind
from peel.machine.show import field_title, plain
from peel.services.lists.chunks import Chunk

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Column, Sheet

CHUNK = 5000
_TYPED = (int, float, Decimal, datetime.date)


def permission(sheet: "Sheet") -> str:
    """The permission to take a kind's list away as a file."""
    return f"{sheet.kind}.export"


class Reader:
    """Reads a list as it was asked for, as one identity may see it at that moment."""

    def __init__(self, sheet: "Sheet", identity: "Identity", asked: Asked) -> None:
        self.sheet, self.identity, self.asked = sheet, identity, asked
        self.columns = columns_of(sheet, asked)
        self.order = order_of(sheet, asked.sorts)
        own = [c.field for c in self.columns if not c.value]
        self._fields: dict[str, Any] = {name: sheet.model._meta.get_field(name) for name in own}
        self._names = [f"c{number}" for number in range(len(own))]
        self._words = {name: words(sheet, name) for name in own}

    @property
    def title(self) -> str:
        """What the list is called."""
        return self.sheet.title_plural

    @property
    def permission(self) -> str:
        """The permission to take it away."""
        return permission(self.sheet)

    def about(self) -> list[tuple[str, str]]:
        """The list and its question."""
        asked = [f"{name}: {', '.join(each)}" for name, each in as_query(self.asked).lists()]
        return [("List", self.title), ("Asked for", "; ".join(asked) or "Everything, newest first")]

    @property
    def headings(self) -> list[str]:
        """Over each column, then over what the list shows beside its rows."""
        return [*(self._heading(column) for column in self.columns), "Restricted"]

    def _heading(self, column: "Column") -> str:
        title = column.heading or field_title(self.sheet, column.field)
        field = self._fields.get(column.field)
        return f"{title} (London time)" if isinstance(field, models.DateTimeField) else title

    def extent(self) -> tuple[int | None, int | None]:
        """The highest marking of the rows now, and how many; None where that takes too long."""
        try:
            with speaking(self.identity), connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = '3s'")
                rows = self._found().order_by()
                found = rows.aggregate(marking=Max("carried_marking"), rows=Count("pk"))
                return found["marking"] or int(Marking.OFFICIAL), found["rows"]
        except OperationalError:
            return None, None

    def _found(self) -> Any:
        condition = filters(self.sheet, self.identity, self.asked)
        return self.sheet.model.objects.visible_to(self.identity).filter(condition)

    def read(self, place: Place | None) -> Chunk:
        """The rows behind a place, in one short transaction. Raises SignedOut."""
        extra = ("carried_marking", "carried_restricted", *self._names)
        with speaking(self.identity):
            raw = {c: _raw(f) for c, f in zip(self._names, self._fields.values(), strict=True)}
            found = keys_behind(self._found().annotate(**raw), self.order, place, CHUNK, extra)
            keys = len(self.order)
            ids = [row[0] for row in found]
            values = [row[keys + 2 :] for row in found]
            told = {name: self._labels(name, values) for name in self._keys()}
            columns = [self._column(column, ids, values, told) for column in self.columns]
        restricted = ["Yes" if row[keys + 1] else "" for row in found]
        rows = [list(cells) for cells in zip(*columns, restricted, strict=True)]
        named = [*ids, *(k for labels, real in told.values() if real for k in labels)]
        last = self._place(found[-1]) if len(found) == CHUNK else None
        return Chunk(rows, named, max((row[keys] for row in found), default=0), last)

    def _place(self, row: tuple[Any, ...]) -> Place:
        model = self.sheet.model._meta
        moments = [isinstance(model.get_field(k.field), models.DateTimeField) for k in self.order]
        pairs = zip(row[1 : len(self.order)], moments, strict=False)
        return Place(tuple(_moment(v) if moment else v for v, moment in pairs), row[0])

    def _keys(self) -> list[str]:
        return [n for n, field in self._fields.items() if isinstance(field, models.ForeignKey)]

    def _labels(self, name: str, values: Sequence[Any]) -> tuple[dict[Any, str], bool]:
        """What each record or row that a column points at is called, and whether it is a record."""
        place, related = list(self._fields).index(name), self._fields[name].related_model
        ids = {row[place] for row in values} - {None}
        if issubclass(related, Record):
            seen = Record.objects.visible_to(self.identity).filter(_any_of(Record, ids))
            return dict(seen.values_list("pk", "title")), True
        return {row.pk: plain(row) for row in related.objects.filter(pk__in=ids)}, False

    def _column(
        self, column: "Column", ids: list[UUID], values: Sequence[Any], told: dict[str, Any]
    ) -> list[Cell]:
        if column.value:
            rows = self.sheet.model.objects.in_bulk(ids)
            return [typed(column.value(rows[pk])) if pk in rows else None for pk in ids]
        place = list(self._fields).index(column.field)
        if column.field in told:
            labels = told[column.field][0]
            return [labels.get(row[place], "") for row in values]
        write = self._words[column.field]
        return [write(row[place]) for row in values]


def typed(value: Any) -> Cell:
    """A value as a file keeps it: numbers and dates as they are, all else as people read it."""
    if isinstance(value, _TYPED) and not isinstance(value, bool):
        return value
    return plain(value)


def words(sheet: "Sheet", name: str) -> Callable[[Any], Cell]:
    """How a field's values, as they were read, are written: states and choices by their titles."""
    field: Any = sheet.model._meta.get_field(name)
    if name == "state" and sheet.flow:
        flow = sheet.flow
        return lambda value: flow.state(value).title
    if field.choices:
        labels = {value: str(label) for value, label in field.flatchoices}
        return lambda value: labels.get(value, value)
    if isinstance(field, models.DateTimeField):
        return _moment
    if hasattr(field, "from_db_value"):
        return lru_cache(maxsize=10_000)(
            lambda value: typed(field.from_db_value(value, None, connection))
        )
    return (lambda value: value) if isinstance(field, models.CharField) else typed


def _raw(field: Any) -> Any:
    """A column as it is kept: what Django makes of a moment or a partial date costs most."""
    if isinstance(field, models.DateTimeField) or hasattr(field, "from_db_value"):
        return Cast(field.attname, models.TextField())
    return models.F(field.attname)


def _moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)


def _any_of(model: type[models.Model], ids: Iterable[Any]) -> Any:
    """Rows by key as one array, for thousands of parameters take their time."""
    column = f'"{model._meta.db_table}"."{model._meta.pk.column}"'
    held = models.BooleanField()
    return RawSQL(f"{column} = any(%s)", [list(ids)], output_field=held)  # noqa: S611 - from the model
