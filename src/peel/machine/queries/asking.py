"""What a list is asked for: filters, sort and place, read from a query string and checked."""

import base64
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.datastructures import MultiValueDict

from peel.machine.commands.problems import Invalid
from peel.machine.forms.base import storable
from peel.machine.sheets import Sheet

PAGE_SIZES = (25, 50, 100)
NEWEST = "carried_created_at"
FIRST_YEAR, LAST_YEAR = 1800, 2999
Question = MultiValueDict[str, str]


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind (or, going back, before) a row's sort value and id."""

    value: Any
    pk: UUID
    back: bool = False

    def text(self, model: type[models.Model], sort: str) -> str:
        """The place as an opaque word for a URL."""
        column: Any = model._meta.get_field(sort)
        shown = column.value_to_string(_Holder(column.attname, self.value))
        packed = json.dumps([shown, str(self.pk), self.back]).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


class _Holder:
    """An object with one attribute, for a field's own serialiser."""

    def __init__(self, name: str, value: Any) -> None:
        setattr(self, name, value)


@dataclass(frozen=True)
class Asked:
    """A list's question, checked."""

    sort: str = NEWEST
    descending: bool = True
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    place: Place | None = None
    size: int = PAGE_SIZES[0]


def sortable(sheet: Sheet) -> tuple[str, ...]:
    """The columns that sort: those of the list with an index of their own, and the newest first."""
    indexed = {index.fields[0].lstrip("-") for index in sheet.model._meta.indexes if index.fields}
    named = [column.field for column in sheet.columns if column.field in indexed]
    fields = [sheet.model._meta.get_field(name) for name in named]
    return (NEWEST, *[field.name for field in fields if not field.null])


def read_question(sheet: Sheet, query: Question) -> Asked:
    """The question in a query string. Raises Invalid naming the parameter that is wrong."""
    sort = query.get("sort", "-" + NEWEST)
    name = sort.lstrip("-")
    if name not in sortable(sheet):
        raise Invalid({"sort": [f"The list cannot be sorted by “{name[:40]}”."]})
    chosen = {
        facet: tuple(v[:200] for v in query.getlist(facet)[:50] if "\x00" not in v)
        for facet in sheet.facets
        if query.getlist(facet)
    }
    size = query.get("size", str(PAGE_SIZES[0]))
    if size not in map(str, PAGE_SIZES):
        raise Invalid({"size": ["Choose 25, 50 or 100 to a page."]})
    return Asked(
        sort=name,
        descending=sort.startswith("-"),
        chosen=chosen,
        text=query.get("q", "").replace("\x00", "").strip()[:200],
        since=_day(query, "since"),
        until=_day(query, "until"),
        place=_place(sheet.model, name, query.get("at", "")),
        size=int(size),
    )


def _day(query: Question, name: str) -> datetime.date | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise Invalid({name: ["Enter a date such as 2026-03-27."]}) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid({name: [f"Enter a year from {FIRST_YEAR} to {LAST_YEAR}."]})
    return day


def _place(model: type[models.Model], sort: str, word: str) -> Place | None:
    if not word:
        return None
    try:
        padded = word + "=" * (-len(word) % 4)
        value, pk, back = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if value is None or not storable(str(value)):
            raise ValueError("no place in a list")
        column: Any = model._meta.get_field(sort)
        return Place(column.to_python(value), UUID(pk), bool(back))
    except (ValueError, TypeError, ValidationError, AttributeError, RecursionError, OverflowError):
        raise Invalid({"at": ["This place in the list is not one of ours. Start again."]}) from None
