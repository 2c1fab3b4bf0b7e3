"""Filters beyond facets: a field, a comparison and a value, in groups joined by "and" or "or".

One is written `group:field:comparison:value`. Groups are joined one way and the conditions within
a group the other way: "all of the groups, in each any condition", or the reverse.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q

from peel.kernel.access.models import Unit
from peel.kernel.base.dates import PartialDate, PartialDateField
from peel.kernel.base.dates.phrases import Span, span
from peel.kernel.records.models import Record
from peel.machine.commands.problems import Invalid
from peel.machine.forms.base import storable
from peel.machine.forms.lookups import LookUpField, look_up_of
from peel.machine.queries.columns import COMMON, choosable
from peel.machine.show import field_title

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

MOST = 12
HOW = {
    "is": "is",
    "is-not": "is not",
    "contains": "contains",
    "starts": "starts with",
    "during": "is in",
    "before": "is before",
    "after": "is after",
    "least": "is at least",
    "most": "is at most",
    "filled": "is filled in",
    "empty": "is not filled in",
}
_ALWAYS = ("filled", "empty")
_FITS = {
    "choice": ("is", "is-not"),
    "text": ("is", "is-not", "contains", "starts"),
    "date": ("during", "before", "after"),
    "number": ("is", "least", "most"),
    "truth": ("is",),
    "key": ("is", "is-not"),
}
_DATES = (models.DateField, models.DateTimeField, PartialDateField)
_NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)
_LOOKUPS = {"is": "exact", "contains": "icontains", "starts": "istartswith",
            "least": "gte", "most": "lte"}  # fmt: skip
_OWN = {"state": "carried_state", "marking": "carried_marking", "created_at": "carried_created_at"}


@dataclass(frozen=True)
class Condition:
    """One filter, checked but for what only the reader's identity can tell."""

    group: int
    field: str
    how: str
    value: str = ""

    @property
    def text(self) -> str:
        """As it stands in a query string."""
        return f"{self.group}:{self.field}:{self.how}:{self.value}"


def title_of(sheet: "Sheet", name: str) -> str:
    """What a field is called in the list."""
    column = choosable(sheet).get(name)
    return (column.heading if column else "") or COMMON.get(name) or field_title(sheet, name)


def filterable(sheet: "Sheet") -> dict[str, str]:
    """The fields that can be asked about, and what they are called."""
    names = [name for name in choosable(sheet) if name in sheet.fields or name in COMMON]
    return {name: title_of(sheet, name) for name in names if _family(sheet, name)}


def choices_of(sheet: "Sheet", name: str) -> dict[str, str]:
    """The values of a field that has a fixed set of them, by key."""
    if name == "state" and sheet.flow:
        return {state.name: state.title for state in sheet.flow.states}
    field: Any = sheet.model._meta.get_field(name)
    return {str(key): str(label) for key, label in getattr(field, "flatchoices", ())}


def read(sheet: "Sheet", text: str) -> Condition:
    """The condition in one `where`. Raises Invalid that names the field."""
    group, name, how, value = (*text.split(":", 3), "", "", "", "")[:4]
    if not (group.isascii() and group.isdigit() and len(group) < 3):
        raise Invalid({"where": [f"“{text[:60]}” is not a filter: group:field:comparison:value."]})
    if name not in filterable(sheet):
        raise Invalid({"where": [f"The filter on “{name[:40]}” is no longer part of this list."]})
    fits = (*_FITS[_family(sheet, name)], *_ALWAYS)
    title = title_of(sheet, name)
    if how not in fits:
        can = ", ".join(f"“{HOW[each]}”" for each in fits)
        raise Invalid({name: [f"{title}: this field can be compared by {can}."]})
    condition = Condition(int(group), name, how, "" if how in _ALWAYS else value.strip()[:200])
    try:
        _value(sheet, condition)
    except ValidationError as problem:
        raise Invalid({name: [f"{title}: {problem.messages[0]}"]}) from None
    return condition


def few(read: Sequence[Condition | None]) -> tuple[Condition, ...]:
    """The conditions that could be read. Raises Invalid for more than a list can bear."""
    if len(read) > MOST:
        raise Invalid({"where": [f"Ask for {MOST} conditions at most."]})
    return tuple(condition for condition in read if condition)


def words(sheet: "Sheet", condition: Condition) -> str:
    """A condition as people read it, with the dates that a phrase was understood as."""
    said = f"{title_of(sheet, condition.field)} {HOW[condition.how]}"
    if condition.how in _ALWAYS:
        return said
    value = _value(sheet, condition)
    if isinstance(value, Span):
        exact = str(value)
        return f"{said} {condition.value}" + (f" ({exact})" if exact != condition.value else "")
    shown = choices_of(sheet, condition.field).get(str(value), condition.value)
    return f"{said} {shown}"


def combined(
    sheet: "Sheet", identity: "Identity", conditions: Sequence[Condition], *, any_group: bool
) -> Q:
    """All conditions as one, for `identity`; within `speaking`. Raises Invalid by field."""
    groups: dict[int, list[Q]] = defaultdict(list)
    for condition in conditions:
        groups[condition.group].append(_q(sheet, identity, condition))
    outer, inner = (Q.OR, Q.AND) if any_group else (Q.AND, Q.OR)
    return Q(*(Q(*group, _connector=inner) for group in groups.values()), _connector=outer)


def directions(field: Any) -> tuple[str, str]:
    """Up and down an order, in words that fit what is sorted."""
    if isinstance(field, _DATES):
        return "oldest first", "newest first"
    if isinstance(field, _NUMBERS) or field.name == "carried_marking":
        return "lowest first", "highest first"
    return "A to Z", "Z to A"


def _family(sheet: "Sheet", name: str) -> str:
    """How a field is compared; nothing where it cannot be."""
    field: Any = sheet.model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        found = name == "owner_unit" or look_up_of(field.related_model) is not None
        return "key" if found else ""
    if choices_of(sheet, name):
        return "choice"
    families = {"date": _DATES, "number": _NUMBERS, "truth": (models.BooleanField,),
                "text": (models.CharField, models.TextField)}  # fmt: skip
    return next((family for family, types in families.items() if isinstance(field, types)), "")


def _value(sheet: "Sheet", condition: Condition) -> Any:
    """The value that is compared with. Raises ValidationError."""
    if condition.how in _ALWAYS:
        return None
    value, family = condition.value, _family(sheet, condition.field)
    if not value or not storable(value):
        raise ValidationError("Enter what to compare it with.")
    if family == "date":
        return span(value)
    if family == "truth":
        if value.lower() not in ("yes", "no"):
            raise ValidationError("Enter yes or no.")
        return value.lower() == "yes"
    if family == "choice":
        return _choice(choices_of(sheet, condition.field), value)
    if family == "number":
        number: Any = sheet.model._meta.get_field(condition.field)
        return number.clean(value, None)
    return value


def _choice(choices: dict[str, str], value: str) -> str:
    for key, label in choices.items():
        if value.casefold() in (key.casefold(), label.casefold()):
            return key
    some = ", ".join(list(choices.values())[:8])
    raise ValidationError(f"“{value[:40]}” is not one of its values, such as {some}.")


def _q(sheet: "Sheet", identity: "Identity", condition: Condition) -> Q:
    name, how = _OWN.get(condition.field, condition.field), condition.how
    field: Any = sheet.model._meta.get_field(name)
    if how in _ALWAYS:
        filled = _filled(field, identity)
        return filled if how == "filled" else ~filled
    value, family = _value(sheet, condition), _family(sheet, condition.field)
    if family == "date":
        return _dated(field, how, value)
    if family == "key":
        if name == "owner_unit":
            return _of_unit(identity, value, negated=how == "is-not")
        value = _found(field, identity, title_of(sheet, name), value)
    if how == "is-not":
        return ~Q(**{name: value})
    if family == "text" and how == "is":
        return Q(**{f"{name}__iexact" if name != "reference" else name: value})
    return Q(**{f"{name}__{_LOOKUPS[how]}": value})


def _filled(field: Any, identity: "Identity") -> Q:
    """A record that is hidden from the reader fills nothing in."""
    if isinstance(field, models.ForeignKey) and issubclass(field.related_model, Record):
        seen = field.related_model.objects.visible_to(identity)
        return Q(Exists(seen.filter(pk=OuterRef(field.attname))))
    filled = Q(**{f"{field.name}__isnull": False})
    if isinstance(field, models.CharField | models.TextField) and not isinstance(field, _DATES):
        filled &= ~Q(**{field.name: ""})
    return filled


def _dated(field: Any, how: str, when: Span) -> Q:
    name, days = field.name, when.days
    first, last = days.first or datetime.date.min, days.last or datetime.date.max
    if isinstance(field, PartialDateField):
        if how != "during":
            known = PartialDate.day(first if how == "before" else last)
            return Q(**{f"{name}__{how}": known})
        unknown = Q(**{name: PartialDate.unknown()})
        return Q(**{f"{name}__overlaps": (first, last)}) & ~unknown
    moment = isinstance(field, models.DateTimeField)
    begin = when.start if moment else days.first
    end = when.end if moment else days.last and days.last + datetime.timedelta(days=1)
    asked = Q()
    if how == "during":
        asked &= Q(**{f"{name}__gte": begin}) if begin else Q()
        return asked & (Q(**{f"{name}__lt": end}) if end else Q())
    edge = begin if how == "before" else end
    if edge is None:
        raise Invalid(
            {name: [f"“{when.text}” has no {'first' if how == 'before' else 'last'} day."]}
        )
    return Q(**{f"{name}__{'lt' if how == 'before' else 'gte'}": edge})


def _of_unit(identity: "Identity", name: str, *, negated: bool) -> Q:
    units = Unit.objects.filter(name__iexact=name, organisation__in=identity.organisations)
    found = list(units.values_list("pk", flat=True))
    if not found:
        raise Invalid({"owner_unit": [f"Owner unit: there is no unit called “{name[:60]}”."]})
    fits = Q(carried_unit_id__in=found)
    return ~fits if negated else fits


def _found(field: Any, identity: "Identity", title: str, text: str) -> Any:
    """The thing that a text names, as forms find it. Raises Invalid."""
    look_up = LookUpField(field.related_model)
    look_up.bind_identity(identity)
    try:
        return look_up.clean(text)
    except ValidationError as problem:
        message = problem.messages[0]
        if problem.code == "several":
            message = f"“{text[:60]}” fits more than one. Enter its reference or number."
        raise Invalid({field.name: [f"{title}: {message}"]}) from None
