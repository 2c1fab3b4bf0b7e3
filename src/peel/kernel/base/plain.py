"""Dataclasses of plain values as JSON and back, by their annotations."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from peel.kernel.base.dates.partial import PartialDate

_READ: dict[type, Callable[[Any], Any]] = {
    UUID: UUID,
    str: str,
    int: int,
    bool: bool,
    float: float,
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    PartialDate: PartialDate.restore,
}


def check(declared: type) -> None:
    """Raise TypeError when a field of the dataclass is more than a plain value.

    Plain are UUID, str, int, bool, float, Decimal, date, datetime, PartialDate and enumerations,
    tuples of one of them (`tuple[UUID, ...]`), and any of these or None.
    """
    hints = get_type_hints(declared)
    for field in fields(declared):
        if _reader(hints[field.name]) is None:
            raise TypeError(f"{declared.__qualname__}.{field.name} is not a plain value")


def plain(value: Any) -> Any:
    """The JSON value of a plain one. Raises TypeError for a moment without a time zone."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise TypeError("A moment needs a time zone")
    match value:
        case PartialDate():
            return value.stored
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case UUID() | Decimal():
            return str(value)
        case tuple() | list():
            return [plain(one) for one in value]
    return value


def restore(declared: type, payload: Mapping[str, Any]) -> Any:
    """The dataclass of a payload. Fields that it no longer has are left out.

    Raises KeyError when one without a default is missing, ValueError when one cannot be read.
    """
    hints = get_type_hints(declared)
    found = {}
    for field in fields(declared):
        if field.name in payload:
            read = _reader(hints[field.name])
            assert read is not None  # noqa: S101 (checked when it was declared)
            found[field.name] = read(payload[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise KeyError(f"{declared.__qualname__} needs {field.name}")
    return declared(**found)


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    """What reads a JSON value into the type `hint`; None when it is not a plain type."""
    if get_origin(hint) in (Union, UnionType):
        inner = [one for one in get_args(hint) if one is not NoneType]
        read = _reader(inner[0]) if len(inner) == 1 else None
        return read and (lambda value: None if value is None else read(value))
    if get_origin(hint) is tuple:
        item, *rest = get_args(hint)
        each = _reader(item) if rest == [Ellipsis] else None
        return each and (lambda values: tuple(each(value) for value in values))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _READ.get(hint)
