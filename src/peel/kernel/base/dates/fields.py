"""The column for a partial date: one text that PostgreSQL can sort and filter by index.

The text is "1980-06-01/1980-06-30 month": earliest, latest, kind. In the C collation plain text
comparison orders it by earliest, then latest. Comparison of text is leakproof, so such a filter
may use its index under row-level security, where range types may not; `before`, `overlaps` and
`within` narrow by index on the earliest day and then look at the latest.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.deconstruct import deconstructible

from peel.kernel.base import clock
from peel.kernel.base.dates.forms import PartialDateFormField
from peel.kernel.base.dates.partial import PartialDate

_DAY = timedelta(days=1)
_FORM = r"^\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d [a-z-]+( \d{1,3}-\d{1,3} \d{4}-\d\d-\d\d)?$"


@deconstructible
class NotInFuture:
    """A validator: the date has begun by today in London. `what` names the field."""

    def __init__(self, what: str = "date") -> None:
        self.what = what

    def __call__(self, value: PartialDate | date) -> None:
        """Raise ValidationError when the earliest possible day is after today."""
        earliest = value.earliest if isinstance(value, PartialDate) else value
        if earliest > clock.today():
            raise ValidationError(f"The {self.what} cannot be in the future", code="date_future")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotInFuture) and other.what == self.what

    def __hash__(self) -> int:
        return hash(self.what)


not_in_future = NotInFuture()


class PartialDateField(models.TextField):
    """A column of `PartialDate`; null where nothing was said (`unknown` is something said).

    Look-ups: exact, in, isnull, `overlaps` (could be), `within` (certainly is), `year` (certainly
    in that year), `before` and `after` (certainly). Each takes a PartialDate, a date, a pair of
    dates, a year as a number, or text as an officer writes it.
    """

    description = "A partial or uncertain date"
    # What type checkers are told of the values set and read.
    _pyi_private_set_type: "PartialDate | str | None"  # type: ignore[assignment]
    _pyi_private_get_type: "PartialDate"  # type: ignore[assignment]

    def __init__(self, *args: Any, **options: Any) -> None:
        options["db_collation"] = "C"
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Leave out what this class always sets."""
        name, _, args, options = super().deconstruct()
        options.pop("db_collation", None)
        return name, "peel.kernel.base.dates.PartialDateField", args, options

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """A constraint, so that raw SQL and bulk loads cannot store what nobody can read."""
        column = connection.ops.quote_name(str(self.column))
        return f"{column} ~ '{_FORM}' AND substr({column}, 1, 10) <= substr({column}, 12, 10)"

    def from_db_value(self, value: str | None, *_: Any) -> PartialDate | None:
        """The date of a stored text."""
        return None if value is None else PartialDate.restore(value)

    def to_python(self, value: Any) -> Any:
        """A date from a date or text. Raises ValidationError naming what is wrong."""
        return None if value in (None, "") else as_partial(value)

    def get_prep_value(self, value: Any) -> Any:
        """The text to store."""
        return None if value in (None, "") else as_partial(value).stored

    def value_to_string(self, obj: models.Model) -> str:
        """The text for a serialiser."""
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def formfield(self, **options: Any) -> Any:
        """One text box; the field's validators run on the date, in the model."""
        options.setdefault("form_class", PartialDateFormField)
        # TextField would give a text area.
        return models.Field.formfield(self, **options)


def as_partial(value: Any) -> PartialDate:
    """A PartialDate of anything a look-up takes. Raises ValidationError, or TypeError."""
    match value:
        case PartialDate():
            return value
        case date():
            return PartialDate.day(date(value.year, value.month, value.day))
        case bool():
            raise TypeError(f"{value!r} is not a date")
        case int():
            return PartialDate.year(value)
        case str():
            return PartialDate.parse(value)
        case (first, last):
            return PartialDate.between(as_partial(first), as_partial(last))
    raise TypeError(f"{value!r} is not a date")


def _since(day: date) -> tuple[str, list[str]]:
    return "{0} >= %s", [day.isoformat()]


def _until(day: date) -> tuple[str, list[str]]:
    if day == date.max:
        return "{0} IS NOT NULL", []
    return "{0} < %s", [(day + _DAY).isoformat()]


def _latest(operator: str, day: date) -> tuple[str, list[str]]:
    return f'substr({{0}}, 12, 10) {operator} %s COLLATE "C"', [day.isoformat()]


def _overlaps(known: PartialDate) -> list[tuple[str, list[str]]]:
    return [_until(known.latest), _latest(">=", known.earliest)]


def _within(known: PartialDate) -> list[tuple[str, list[str]]]:
    return [_since(known.earliest), _until(known.latest), _latest("<=", known.latest)]


def _before(known: PartialDate) -> list[tuple[str, list[str]]]:
    if known.earliest == date.min:
        return [("false", [])]
    return [_until(known.earliest - _DAY), _latest("<", known.earliest)]


def _after(known: PartialDate) -> list[tuple[str, list[str]]]:
    return [("false", [])] if known.latest == date.max else [_since(known.latest + _DAY)]


def _register(name: str, conditions: Callable[[PartialDate], list[tuple[str, list[str]]]]) -> None:
    """Make the look-up `name` from the conditions that it puts on the column."""

    class DateLookup(models.Lookup):
        lookup_name = name

        def get_prep_lookup(self) -> Any:
            return as_partial(self.rhs)

        def as_sql(self, compiler: Any, connection: Any) -> Any:
            left, left_values = self.process_lhs(compiler, connection)
            parts: list[str] = []
            values: list[Any] = []
            for condition, wanted in conditions(self.rhs):
                parts.append(condition.replace("{0}", left))
                values += [*left_values, *wanted] if "{0}" in condition else wanted
            return f"({' AND '.join(parts)})", tuple(values)

    PartialDateField.register_lookup(DateLookup)


for _name, _conditions in {
    "overlaps": _overlaps,
    "within": _within,
    "year": _within,
    "before": _before,
    "after": _after,
}.items():
    _register(_name, _conditions)
