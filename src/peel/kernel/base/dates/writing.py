"""How a partial date is written, in British English."""

from datetime import date, timedelta

from peel.kernel.base.dates.partial import Kind, PartialDate, month_end, months_on

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAY = timedelta(days=1)


def write(value: PartialDate) -> str:
    """`value` as read on a page: "14 June 1980", "about 1980", "aged 30 to 35 on …"."""
    if value.kind is Kind.UNKNOWN:
        return "not known"
    if value.kind is Kind.BEFORE:
        return f"before {_beginning(value.latest + _DAY)}"
    if value.kind is Kind.AFTER:
        return f"after {_end(value.earliest - _DAY)}"
    if value.kind is Kind.BETWEEN:
        return _between(value.earliest, value.latest)
    if value.ages and value.as_at:
        return _aged(value.kind, value.ages, value.as_at)
    return _near(value)


def _near(value: PartialDate) -> str:
    """The kinds that name one day, month, year or decade, or lie about one."""
    first = value.earliest
    plain = {Kind.DAY: _day, Kind.MONTH: _month, Kind.YEAR: _year}
    if value.kind in plain:
        return plain[value.kind](first)
    if value.kind is Kind.DECADE:
        return f"{_year(first)}s"
    if value.kind is Kind.ABOUT_DAY:
        return f"about {_day(first + 7 * _DAY)}"
    if value.kind is Kind.ABOUT_MONTH:
        return f"about {_month(months_on(first, 1))}"
    return f"about {first.year + 2:04d}"


def _aged(kind: Kind, ages: tuple[int, int], as_at: date) -> str:
    youngest, oldest = ages
    if kind is Kind.ABOUT_AGE:
        return f"about {youngest} years old on {_day(as_at)}"
    if youngest == oldest:
        return f"{youngest} years old on {_day(as_at)}"
    return f"{youngest} to {oldest} years old on {_day(as_at)}"


def _between(first: date, last: date) -> str:
    """Whole years and months are named as such, where both ends are."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"between {_year(first)} and {_year(last)}"
    if first.day == 1 and last == month_end(last.year, last.month):
        return f"between {_month(first)} and {_month(last)}"
    return f"between {_day(first)} and {_day(last)}"


def _beginning(day: date) -> str:
    """The year or month that begins on `day`, else the day."""
    if (day.month, day.day) == (1, 1):
        return _year(day)
    return _month(day) if day.day == 1 else _day(day)


def _end(day: date) -> str:
    """The year or month that ends on `day`, else the day."""
    if (day.month, day.day) == (12, 31):
        return _year(day)
    return _month(day) if day == month_end(day.year, day.month) else _day(day)


def _day(day: date) -> str:
    return f"{day.day} {_month(day)}"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {_year(day)}"


def _year(day: date) -> str:
    return f"{day.year:04d}"
