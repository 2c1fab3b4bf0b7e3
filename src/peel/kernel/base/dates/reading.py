"""Reading a date as officers write it: "14/6/80", "June 1980", "c. 1980", "30-35", "about 30".

Days come before months. A year in two digits is the latest that has begun by the day it is read
(in 2026, "26" is 2026 and "27" is 1927), the rule of the Police National Computer's identifiers.
One or two digits after "about", and two such numbers with a dash, are ages. "Yesterday" and "last
Tuesday" are days.
"""

import calendar
import re
from datetime import date
from typing import NoReturn

from django.core.exceptions import ValidationError

from peel.kernel.base import clock
from peel.kernel.base.dates.partial import OLDEST_AGE, PartialDate
from peel.kernel.base.dates.spoken import spoken_day
from peel.kernel.base.dates.writing import MONTHS

EXAMPLES = "14 June 1980, June 1980, 1980, about 1980, about 30 or between 1978 and 1982"
_LONGEST = 100
_YEARS_OF_RECORDS = range(1800, 2200)
_UNKNOWN = {"unknown", "not known", "n/k", "nk", "?"}
_MONTH_OF = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH_OF |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_NAME = "(?P<name>" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + ")"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_OF = "(?:st|nd|rd|th)?(?: of)?"

_ABOUT = re.compile(r"(?:about|approximately|approx|around|roughly|circa|ca|c) ?(.+)")
_EDGE = re.compile(r"(before|after) (.+)")
_RANGE = re.compile(r"(?:between (?P<a>.+) and|from (?P<b>.+) (?:to|until)|(?P<c>.+) to) (?P<z>.+)")
_YEARS = re.compile(r"(\d{4}) ?- ?(\d{4})")
_ISO_RANGE = re.compile(r"(\d{4}(?:-\d\d){0,2})/(\d{4}(?:-\d\d){0,2})")
_ON = re.compile(r"(.+) (?:on|as at|at) (.+)")
_AGE = re.compile(
    r"(?P<about>(?:about|approximately|approx|around|roughly|circa|ca|c) ?)?"
    r"(?P<aged>aged? )?(?P<between>between )?"
    r"(?P<low>\d{1,3})(?: ?(?:-|to|and) ?(?P<high>\d{1,3}))?"
    r"(?P<old> ?(?:years old|years of age|years|year old|yrs old|yrs|yo|y/o))?"
)
_DAYS = (
    re.compile(rf"(?P<day>\d{{1,2}})(?P<mark>[/.\- ])(?P<month>\d{{1,2}})(?P=mark){_YEAR}"),
    re.compile(rf"(?P<day>\d{{1,2}}){_OF} ?-?{_NAME} ?-?{_YEAR}"),
    re.compile(rf"{_NAME} (?P<day>\d{{1,2}}){_OF} {_YEAR}"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
)
_MONTHS = (
    re.compile(rf"{_NAME} ?-?{_YEAR}"),
    re.compile(r"(?P<month>\d{1,2})[/.](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"),
)
_ONE_YEAR = re.compile(r"\d{4}")
_DECADE = re.compile(r"(?:the )?(\d{3}0)s")


def read(text: str, *, as_at: date | None = None) -> PartialDate:
    """The date in `text`, written on the day `as_at` (default: today in London).

    Raises ValidationError with one message that says what is wrong.
    """
    if len(text) > _LONGEST:
        raise ValidationError(f"The date must be {_LONGEST} characters or fewer", code="date_long")
    if kept := _kept(text.strip()):
        return kept
    try:
        return _read(_plain(text), as_at or clock.today())
    except (ValueError, OverflowError) as error:
        raise ValidationError(f"The date cannot be right: {error}", code="date_wrong") from error


def _kept(text: str) -> PartialDate | None:
    """The date of a stored text, if its kind agrees with its days; else None."""
    try:
        kept = PartialDate.restore(text)
        agrees = _read(_plain(str(kept)), kept.earliest) == kept
    except (ValueError, ValidationError, OverflowError):
        return None
    return kept if agrees else None


def _plain(text: str) -> str:
    """Lower case, single spaces, plain dashes; no commas, no stop after an abbreviation."""
    text = re.sub("[\u2010-\u2015\u2212]", "-", text.lower()).replace(",", " ")
    text = re.sub(r"([a-z])\.", r"\1 ", text)
    return " ".join(text.split())


def _read(text: str, today: date) -> PartialDate:
    if text in _UNKNOWN:
        return PartialDate.unknown()
    if aged := _age(text, today):
        return aged
    if ranged := _range(text, today):
        return ranged
    if found := _EDGE.fullmatch(text):
        known = _single(found[2], today)
        return PartialDate.before(known) if found[1] == "before" else PartialDate.after(known)
    if found := _ABOUT.fullmatch(text):
        return PartialDate.about(_single(found[1], today))
    return _single(text, today)


def _age(text: str, today: date) -> PartialDate | None:
    """An age, of today or of the day named after it; None when `text` speaks of no age."""
    said = _ON.fullmatch(text)
    found = _AGE.fullmatch(said[1] if said else text)
    if not found:
        return None
    low, high = int(found["low"]), int(found["high"] or found["low"])
    if not (found["about"] or found["aged"] or found["old"] or found["high"]):
        _unclear(low)
    if high > OLDEST_AGE:
        raise ValueError(f"nobody is {high} years old")
    as_at = _single(said[2], today).earliest if said else today
    if found["about"] and not found["high"]:
        return PartialDate.about_age(low, as_at)
    return PartialDate.aged(low, high, as_at)


def _unclear(number: int) -> NoReturn:
    raise ValidationError(
        f"“{number}” could be an age or a year. Enter “aged {number}” or the year in four digits",
        code="date_unclear",
    )


def _range(text: str, today: date) -> PartialDate | None:
    if found := _YEARS.fullmatch(text) or _ISO_RANGE.fullmatch(text):
        ends = found[1], found[2]
    elif found := _RANGE.fullmatch(text):
        ends = found["a"] or found["b"] or found["c"], found["z"]
    else:
        return None
    first, last = (_single(end, today) for end in ends)
    if first.earliest > last.latest:
        raise ValueError(f"{first} comes after {last}")
    return PartialDate.between(first, last)


def _single(text: str, today: date) -> PartialDate:
    """One day, month, year or decade, in a year that a police record can speak of."""
    known = _named(text, today)
    if known.earliest.year not in _YEARS_OF_RECORDS:
        first, last = _YEARS_OF_RECORDS[0], _YEARS_OF_RECORDS[-1]
        raise ValueError(f"the year must be between {first} and {last}")
    return known


def _named(text: str, today: date) -> PartialDate:
    if near := spoken_day(text, today):
        return PartialDate.day(near)
    for pattern in _DAYS:
        if found := pattern.fullmatch(text):
            year, month = _year_and_month(found, today)
            return PartialDate.day(_day(year, month, int(found["day"])))
    for pattern in _MONTHS:
        if found := pattern.fullmatch(text):
            return PartialDate.month(*_year_and_month(found, today))
    if _ONE_YEAR.fullmatch(text):
        return PartialDate.year(int(text))
    if found := _DECADE.fullmatch(text):
        return PartialDate.decade(int(found[1]))
    raise ValidationError(f"Enter a date such as {EXAMPLES}", code="date_form")


def _year_and_month(found: re.Match[str], today: date) -> tuple[int, int]:
    parts = found.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        century = today.year // 100 * 100
        year += century if year <= today.year % 100 else century - 100
    month = _MONTH_OF[parts["name"]] if parts.get("name") else int(parts["month"])
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}. Enter the day, the month, then the year")
    return year, month


def _day(year: int, month: int, day: int) -> date:
    """The day; raises ValueError that says how many days the month has."""
    most = calendar.monthrange(year, month)[1]
    if not 1 <= day <= most:
        raise ValueError(f"{MONTHS[month - 1]} {year} has {most} days")
    return date(year, month, day)
