"""What a list is asked for, read from a query string and checked.

The same parameters serve the list's page, its exports, saved views and the API:
docs/reference/lists.md.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.datastructures import MultiValueDict

from peel.kernel.base.dates.phrases import Span, span
from peel.machine import registry
from peel.machine.commands.problems import Invalid
from peel.machine.forms.base import storable
from peel.machine.queries import columns, filtering
from peel.machine.queries.columns import MOST_SORTS, NEWEST, Key, columns_of, sortable
from peel.machine.queries.filtering import Condition
from peel.machine.sheets import Sheet
from peel.machine.show import field_title

__all__ = ["NEWEST", "Asked", "Place", "columns_of", "read_question", "sortable"]

PAGE_SIZES = (25, 50, 100)
DENSITIES = ("comfortable", "compact")
Question = MultiValueDict[str, str]
PARAMETERS = ("q", "recorded", "where", "join", "col", "sort", "size", "density", "at", "view")


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind (or, going back, before) a row's sort values and its id."""

    values: tuple[Any, ...]
    pk: UUID
    back: bool = False

    def text(self, model: type[models.Model], order: tuple[Key, ...]) -> str:
        """The place as an opaque word for a URL."""
        shown = [
            value if _as_text(column) else column.value_to_string(_Holder(column.attname, value))
            for column, value in zip(_columns(model, order), self.values, strict=True)
        ]
        packed = json.dumps([*shown, str(self.pk), self.back]).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


class _Holder:
    """An object with one attribute, for a field's own serialiser."""

    def __init__(self, name: str, value: Any) -> None:
        setattr(self, name, value)


@dataclass(frozen=True)
class Asked:
    """A list's question, checked. `gone` says what of it no longer holds."""

    sort: str = NEWEST
    descending: bool = True
    then: tuple[Key, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    recorded: Span | None = None
    conditions: tuple[Condition, ...] = ()
    any_group: bool = False
    columns: tuple[str, ...] = ()
    added: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None
    size: int = PAGE_SIZES[0]
    density: str = ""
    gone: tuple[str, ...] = ()

    @property
    def sorts(self) -> tuple[Key, ...]:
        """Every key that was asked for."""
        return (Key(self.sort, self.descending), *self.then)

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked that leaves rows out."""
        return bool(self.chosen or self.text or self.recorded or self.conditions or self.added)


def read_question(sheet: Sheet, query: Question, *, lenient: bool = False) -> Asked:
    """The question in a query string. Raises Invalid naming every parameter that is wrong.

    With `lenient` what is wrong is left out and explained in `gone`.
    """
    errors: dict[str, list[str]] = {}

    def part(otherwise: Any, make: Callable[..., Any], *given: Any) -> Any:
        try:
            return make(*given)
        except Invalid as problem:
            for name, messages in problem.errors.items():
                errors.setdefault(name, []).extend(messages)
            return otherwise

    said = [key for text in query.getlist("sort")[:9] for key in text.split(",")[:9] if key]
    keys = [part(None, _sort, sheet, key) for key in said]
    keys = part((Key(NEWEST, down=True),), _sorts, sheet, [key for key in keys if key])
    wheres = query.getlist("where")[: filtering.MOST + 1]
    names = [name for name in dict.fromkeys(query.getlist("col")[:40]) if name]
    others = {name: each for name, each in registry.narrowings(sheet).items() if query.get(name)}
    asked = Asked(
        sort=keys[0].field,
        descending=keys[0].down,
        then=keys[1:],
        chosen=_chosen(sheet, query),
        text=query.get("q", "").replace("\x00", "").strip()[:200],
        recorded=part(None, _recorded, query.get("recorded", "").strip()),
        conditions=part((), filtering.few, [part(None, filtering.read, sheet, w) for w in wheres]),
        any_group=query.get("join") == "or",
        columns=tuple(name for name in names if part(False, _shown, sheet, name)),
        added={n: str(query[n]) for n, own in others.items() if part("", own.words, query[n])},
        place=part(None, _place, sheet, keys, query.get("at", "")),
        size=int(part("25", _one_of, query, "size", tuple(map(str, PAGE_SIZES)))),
        density=part("", _one_of, query, "density", ("", *DENSITIES)),
    )
    if errors and not lenient:
        raise Invalid(errors)
    unknown = [name for name in query if name not in (*PARAMETERS, *sheet.facets, *others)]
    left = [f"The filter “{n[:40]}” is no longer part of this list." for n in unknown if lenient]
    return replace(asked, gone=(*left, *(m for messages in errors.values() for m in messages)))


def _chosen(sheet: Sheet, query: Question) -> dict[str, tuple[str, ...]]:
    return {
        facet: tuple(v[:200] for v in query.getlist(facet)[:50] if "\x00" not in v)
        for facet in sheet.facets
        if query.getlist(facet)
    }


def _sort(sheet: Sheet, text: str) -> Key:
    key = Key(columns.own(text.removeprefix("-")), text.startswith("-"))
    if key.field not in (*columns.sortable(sheet), *columns.sortable_after(sheet)):
        raise Invalid({"sort": [f"The list cannot be sorted by “{text.lstrip('-')[:40]}”."]})
    return key


def _sorts(sheet: Sheet, keys: list[Key]) -> tuple[Key, ...]:
    if not keys:
        return (Key(NEWEST, down=True),)
    if keys[0].field not in columns.sortable(sheet):
        name = columns.public(keys[0].field)
        title = columns.COMMON.get(name) or field_title(sheet, name)
        reason = columns.why_not(sheet, name)
        raise Invalid({"sort": [f"The list cannot be sorted by “{title}” first: {reason}."]})
    once = {key.field: key for key in reversed(keys)}
    return tuple(once[name] for name in dict.fromkeys(k.field for k in keys))[:MOST_SORTS]


def _shown(sheet: Sheet, name: str) -> bool:
    if name not in columns.choosable(sheet):
        raise Invalid({"col": [f"The column “{name[:40]}” is no longer part of this list."]})
    return True


def _recorded(text: str) -> Span | None:
    try:
        if "\x00" in text:
            raise ValidationError("Take out the characters that cannot be shown.")
        return span(text) if text else None
    except ValidationError as problem:
        raise Invalid({"recorded": [f"Recorded: {problem.messages[0]}."]}) from None


def _one_of(query: Question, name: str, allowed: tuple[str, ...]) -> str:
    value = query.get(name) or allowed[0]
    if value not in allowed:
        raise Invalid({name: [f"Choose {', '.join(filter(None, allowed))} as the {name}."]})
    return value


def _place(sheet: Sheet, keys: tuple[Key, ...], word: str) -> Place | None:
    if not word:
        return None
    order = columns.order_of(sheet, keys)[:-1]
    try:
        padded = word + "=" * (-len(word) % 4)
        *shown, pk, back = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if any(value is None or not storable(str(value)) for value in shown):
            raise ValueError("no place in a list")
        values = [
            str(value) if _as_text(column) else column.to_python(value)
            for column, value in zip(_columns(sheet.model, order), shown, strict=True)
        ]
        return Place(tuple(values), UUID(pk), bool(back))
    except (ValueError, TypeError, ValidationError, AttributeError, RecursionError, OverflowError):
        raise Invalid({"at": ["This place in the list is not one of ours. Start again."]}) from None


def _columns(model: type[models.Model], order: tuple[Key, ...]) -> list[Any]:
    return [model._meta.get_field(key.field) for key in order]


def _as_text(column: Any) -> bool:
    """Whether a column's values are compared as the texts that they are stored as."""
    return isinstance(column, models.CharField | models.TextField)
