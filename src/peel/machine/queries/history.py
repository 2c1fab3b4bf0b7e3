"""The versions of a record: when, who, by what command, and what differed from the one before."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from peel.kernel.records.models import Record
from peel.kernel.records.trail import column_of, heads_of, states, versions_model
from peel.machine.show import field_title, plain, shown

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

# What every record has besides the fields of its sheet.
OWN = ("title", "state", "marking", "restricted", "owner_unit", "organisation")


@dataclass(frozen=True)
class Difference:
    """One field that differed, as people read it."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One version of a record, or of rows that belong to it (then `number` is 0). `at` is UTC.

    `through` is the command's name where it is known, else `title` says what was done.
    """

    number: int
    at: datetime.datetime
    by: UUID | None
    through: str
    differences: tuple[Difference, ...]
    title: str = ""
    source: str = ""


def history(sheet: "Sheet", record: Any, limit: int = 100) -> list[Version]:
    """The latest versions first. Call within `speaking`, for a record already seen."""
    heads = list(heads_of(record.pk)[: limit + 1])
    return versions_of(sheet, heads)[:limit]


def versions_of(sheet: "Sheet", heads: Sequence[Any]) -> list[Version]:
    """Rows of `heads_of` as versions, each with what differs from the row that follows it."""
    raw = states(sheet.model, OWN, sheet.fields, heads)
    before = [*raw[1:], {}] if raw else []
    differing = [
        [name for name in now if was and was.get(name) != now[name]]
        for now, was in zip(raw, before, strict=True)
    ]
    told = {name for names in differing for name in names}
    words = _in_words(sheet, raw, told)
    return [
        Version(
            head.version,
            head.changed_at,
            head.changed_by_id,
            head.changed_through,
            _differences(sheet, names, words[place], words[place + 1 : place + 2]),
        )
        for place, (head, names) in enumerate(zip(heads, differing, strict=True))
    ]


def readings(sheet: "Sheet", heads: Sequence[Any]) -> list[dict[str, str]]:
    """How each field read in the versions of these rows."""
    raw = states(sheet.model, OWN, sheet.fields, heads)
    return _in_words(sheet, raw, raw[0] if raw else ())


def changed_in(sheet: "Sheet", record: Any, name: str) -> list[int]:
    """The versions in which a field came to read otherwise, for whoever speaks."""
    model: Any = Record if name in OWN else sheet.model
    column = column_of(model, name)
    number = "version" if name in OWN else "carried_version"
    rows = versions_model(model).objects.filter(pgh_obj_id=record.pk).order_by("pgh_id")
    # The last row of a version is what it left behind.
    values = dict(rows.values_list(number, column))
    words = _in_words(sheet, [{name: value} for value in values.values()], {name})
    found, before = [], ""
    for version, reading in zip(values, words, strict=True):
        if reading[name] != before:
            found.append(version)
        before = reading[name]
    return found


def _in_words(
    sheet: "Sheet", states: Sequence[dict[str, Any]], names: Iterable[str]
) -> list[dict[str, str]]:
    """These fields of each state as people read them. What a key points at is read once for all."""
    pointed = {name: _pointed(sheet, name, states) for name in names}
    return [
        {
            name: shown(sheet, name, state.get(name))
            if found is None
            # A hidden record reads as none: that there is one would be told otherwise.
            else plain(found.get(state.get(name)))
            for name, found in pointed.items()
        }
        for state in states
    ]


def _pointed(sheet: "Sheet", name: str, states: Sequence[dict[str, Any]]) -> dict[Any, Any] | None:
    field: Any = sheet.model._meta.get_field(name)
    if not isinstance(field, models.ForeignKey):
        return None
    keys = {state.get(name) for state in states} - {None}
    related: Any = field.related_model
    return {row.pk: row for row in related.objects.filter(pk__in=keys)} if keys else {}


def _differences(
    sheet: "Sheet", names: list[str], now: dict[str, str], before: Sequence[dict[str, str]]
) -> tuple[Difference, ...]:
    return tuple(
        Difference(field_title(sheet, name), before[0][name], now[name])
        for name in names
        # What points from one hidden record to another reads alike, and is not told.
        if before and before[0][name] != now[name]
    )
