"""What a list can show, sort and filter by: the sheet's fields, and what every record has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from peel.kernel.base.dates import PartialDateField
from peel.machine.sheets import Column

if TYPE_CHECKING:
    from peel.machine.queries.asking import Asked
    from peel.machine.sheets import Sheet

NEWEST = "carried_created_at"
# What every record has, as people call it.
COMMON = {
    "reference": "Reference",
    "title": "Title",
    "state": "State",
    "marking": "Marking",
    "owner_unit": "Owner unit",
    "created_at": "Recorded",
    "changed_at": "Changed",
}
# The same as the kind's own table carries it: there an index can hold it.
_CARRIED = {"state": "carried_state", "marking": "carried_marking", "created_at": NEWEST}
MOST_SORTS = 3


@dataclass(frozen=True)
class Key:
    """One key of an order: a column of the kind's own table, upwards or down."""

    field: str
    down: bool = False


def own(name: str) -> str:
    """The column of the kind's own table for a name in a question."""
    return _CARRIED.get(name, name)


def public(name: str) -> str:
    """The name in a question for a column of the kind's own table."""
    return next((said for said, column in _CARRIED.items() if column == name), name)


def choosable(sheet: "Sheet") -> dict[str, Column]:
    """Every column that the list can show, by name."""
    found = {column.field: column for column in sheet.columns}
    for name in sheet.fields:
        found.setdefault(name, Column(name))
    for name, title in COMMON.items():
        if name != "state" or sheet.flow:
            found.setdefault(name, Column(name, title))
    return found


def columns_of(sheet: "Sheet", asked: "Asked") -> tuple[Column, ...]:
    """The columns that a question shows: the reference, then those chosen, else the sheet's."""
    every = choosable(sheet)
    usual = (*(c.field for c in sheet.columns), *(["state"] if sheet.flow else []), "created_at")
    names = dict.fromkeys(("reference", *(asked.columns or usual)))
    return tuple(every[name] for name in names if name in every)


def orders(model: type[models.Model]) -> dict[str, tuple[Key, ...]]:
    """The orders that an index keeps, by their first column. Its last is the record's key."""
    found: dict[str, tuple[Key, ...]] = {}
    for index in model._meta.indexes:
        keys = tuple(Key(name.lstrip("-"), name.startswith("-")) for name in index.fields)
        if index.condition is None and len(keys) > 1 and keys[-1].field == "record_ptr":
            first: Any = model._meta.get_field(keys[0].field)
            if first.name.startswith("carried_") or not first.null:
                found.setdefault(first.name, keys)
    return found


def sortable(sheet: "Sheet") -> tuple[str, ...]:
    """The columns that a list can be sorted by first: those in whose order an index stands."""
    return tuple(dict.fromkeys((NEWEST, *orders(sheet.model))))


def sortable_after(sheet: "Sheet") -> tuple[str, ...]:
    """Those that can order rows which are alike in the first: columns of the kind's own table."""
    named = [own(name) for name in choosable(sheet)]
    local = {field.name: field for field in sheet.model._meta.local_fields}
    return tuple(name for name in named if name in local and _orders_alike(local[name]))


def _orders_alike(field: Any) -> bool:
    if isinstance(field, PartialDateField | models.CharField):
        return True
    plain = not isinstance(field, models.TextField | models.ForeignKey)
    return plain and (field.name.startswith("carried_") or not field.null)


def why_not(sheet: "Sheet", name: str) -> str:
    """Why a list does not sort by a column, in plain words; nothing where it does."""
    if own(name) in sortable(sheet):
        return ""
    if own(name) in sortable_after(sheet):
        return "no index stands in its order, so it can only come second or third"
    return "it is not kept in the list's own table, or may be empty or long"


def order_of(sheet: "Sheet", keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """The whole order: as the index has it if it agrees with the keys, else those and the id."""
    turned = _turned(sheet.model, keys[0])
    if turned[: len(keys)] == keys:
        return turned
    return (*keys, Key("record_ptr", keys[0].down))


def indexed(model: type[models.Model], order: tuple[Key, ...]) -> bool:
    """Whether an index, read forwards or backwards, has this whole order."""
    return order == _turned(model, order[0])


def _turned(model: type[models.Model], first: Key) -> tuple[Key, ...]:
    """The order of the first key's index: read backwards, its other columns turn with it."""
    kept = orders(model).get(first.field, (first, Key("record_ptr", first.down)))
    return tuple(Key(k.field, k.down != (kept[0].down != first.down)) for k in kept)


def sql_of(model: type[models.Model], field: str) -> str:
    """A key of an order in SQL: a text that is not there sorts as an empty one."""
    column: Any = model._meta.get_field(field)
    name = f'"{model._meta.db_table}"."{column.column}"'
    empty = column.null and not field.startswith("carried_")
    return f"coalesce({name}, '')" if empty else name
