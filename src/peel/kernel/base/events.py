"""Events: what modules tell one another, as rows in the transaction in which it happened.

A module declares its events in `events.py` as frozen dataclasses of ids and plain values::

    @event("investigation.crime_recorded")
    @dataclass(frozen=True)
    class CrimeRecorded:
        record_id: UUID

and hears others' in `handlers.py` with `@hears(CrimeRecorded)`. The writer never notifies and
never defers a job, so that it waits for nobody: see `relay`.
"""

import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections, transaction
from psycopg.types.json import Jsonb

from peel.kernel.base import clock, plain
from peel.kernel.base.ids import uuid7

Declared = TypeVar("Declared", bound=type)
Wanted = Callable[[dict[str, Any]], bool]
Handler = TypeVar("Handler", bound=Callable[[Any], None])

_NAME = re.compile(r"^[a-z][a-z_]*\.[a-z][a-z_]*$")
_events: dict[str, type] = {}
_names: dict[type, str] = {}
_handlers: dict[str, Callable[[Any], None]] = {}
_heard_by: dict[str, list[str]] = {}
_wanted: dict[str, Wanted] = {}
_INSERT = "insert into base_event (id, name, payload, record_id, at) values (%s, %s, %s, %s, %s)"
# Many go as one statement: a row of its own for each would be a journey of its own for each.
_INSERT_MANY = """
insert into base_event (id, name, payload, record_id, at)
select * from unnest(%s::uuid[], %s::text[], %s::jsonb[], %s::uuid[], %s::timestamptz[])
"""


@dataclass(frozen=True)
class Told:
    """The circumstances of the event that a handler is hearing.

    `published` is its place in the order of publication; `at` is when it happened, aware UTC.
    """

    id: UUID
    at: datetime
    published: int | None


_told: ContextVar[Told | None] = ContextVar("peel_told", default=None)


def event(name: str) -> Callable[[Declared], Declared]:
    """Declare a frozen dataclass to be the event `name`, which is "module.what_happened".

    Raises TypeError for a class that is not frozen or holds more than plain values, ValueError
    for a bad name or one that is taken.
    """

    def declare(declared: Declared) -> Declared:
        if not _NAME.match(name):
            raise ValueError(f"An event is named module.what_happened, not {name!r}")
        known = _events.get(name)
        if known and f"{known.__module__}.{known.__qualname__}" != _path(declared):
            raise ValueError(f"The event {name} is declared by {_path(known)} already")
        if not is_dataclass(declared) or not declared.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(f"{declared.__qualname__} must be a frozen dataclass")
        plain.check(declared)
        _events[name], _names[declared] = declared, name
        return declared

    return declare


def hears(declared: type, when: Wanted | None = None) -> Callable[[Handler], Handler]:
    """Register a function of `handlers.py` to be called with each event of the class.

    `when` is asked with the event's plain values before a job is made of it: an event with which
    the handler would do nothing costs nothing. A load brings them by the hundred thousand.

    It runs in the worker, in one transaction with the line that says so: what it writes there is
    written once, however often the event is delivered. What it does outside the database may be
    done twice. An exception undoes it, and it is tried again later.
    Raises ValueError when the class is no event or the function's name is taken.
    """

    def register(function: Handler) -> Handler:
        if declared not in _names:
            raise ValueError(f"{declared.__qualname__} is not declared with @event")
        name = _path(function)
        if name in _handlers and _handlers[name] is not function:
            raise ValueError(f"There is a handler {name} already")
        _handlers[name] = function
        if when is not None:
            _wanted[name] = when
        _heard_by.setdefault(_names[declared], []).append(name)
        return function

    return register


def publish(happened: Any, *, using: str = "default") -> UUID:
    """Write an event into the outbox within the caller's transaction; returns its id.

    If the event has a field `record_id`, the row carries it. Raises ValueError when its class is
    not declared, TransactionManagementError when there is no transaction to belong to.
    """
    return publish_many([happened], using=using)[0]


def publish_many(happened: Iterable[Any], *, using: str = "default") -> list[UUID]:
    """Write many events at once, as `publish` does; returns their ids in the same order."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An event must be published within the transaction in which it happened"
        )
    moment = clock.now()
    rows = [_row(one, moment) for one in happened]
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(_INSERT, rows[0])
        elif rows:
            cursor.execute(_INSERT_MANY, [list(column) for column in zip(*rows, strict=True)])
    return [row[0] for row in rows]


def told() -> Told:
    """The id, time and place in order of the event being heard, for a handler that needs them.

    Raises LookupError outside a handler.
    """
    if found := _told.get():
        return found
    raise LookupError("No event is being heard")


def handlers_of(name: str, payload: dict[str, Any] | None = None) -> tuple[str, ...]:
    """The names of the handlers that hear the event `name`, in the order of registration.

    With its values: of those that want it.
    """
    heard = _heard_by.get(name, ())
    if payload is None:
        return tuple(heard)
    return tuple(one for one in heard if one not in _wanted or _wanted[one](payload))


def names() -> tuple[str, ...]:
    """The names of all declared events, sorted."""
    return tuple(sorted(_events))


def declared(name: str) -> type:
    """The class of the event `name`. Raises KeyError when there is none."""
    return _events[name]


def hear(handler: str, name: str, payload: dict[str, Any], circumstances: Told) -> None:
    """Call one handler with the event that a row holds.

    Raises LookupError when the code knows no such handler or event, and whatever it raises.
    """
    if handler not in _handlers or name not in _events:
        raise LookupError(f"The code has no handler {handler} of an event {name}")
    happened = plain.restore(_events[name], payload)
    token = _told.set(circumstances)
    try:
        _handlers[handler](happened)
    finally:
        _told.reset(token)


def _row(happened: Any, moment: datetime) -> tuple[Any, ...]:
    name = _names.get(type(happened))
    if name is None:
        raise ValueError(f"{type(happened).__qualname__} is not declared with @event")
    payload = Jsonb({f.name: plain.plain(getattr(happened, f.name)) for f in fields(happened)})
    return uuid7(), name, payload, getattr(happened, "record_id", None), moment


def _path(named: Any) -> str:
    return f"{named.__module__}.{named.__qualname__}"
