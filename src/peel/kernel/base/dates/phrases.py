"""Spans of time as people ask for them: "last 7 days", "since Monday", "March 2026".

A span is two moments (the second excluded) or one open end. Days are London's, so the day on which
the clocks go forward has 23 hours and the one on which they go back 25; hours and minutes are
counted as they pass. A day without a year is the latest that has begun.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError

from peel.kernel.base import clock
from peel.kernel.base.dates.partial import Kind, PartialDate, month_end, months_on
from peel.kernel.base.dates.reading import read
from peel.kernel.base.dates.writing import MONTHS

EXAMPLES = "yesterday, last 7 days, since Monday, March 2026 or between 1 March and 9 March"
_LONGEST = 100
_MOST = {"minute": 525_600, "hour": 87_600, "day": 36_500, "week": 5_200, "month": 1_200}
_WEEKDAYS = [day.lower() for day in calendar.day_name]
_NUMBERS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_COUNT = rf"(?P<count>\d{{1,6}}|an?|{'|'.join(_NUMBERS)})"
_PAST = re.compile(
    rf"(?:in |within |during )?(?:the )?(?:last|past|previous) (?:{_COUNT} )?"
    r"(?P<unit>minute|min|hour|hr|day|week|month|year)s?"
)
_PERIOD = re.compile(r"(?P<which>this|last|previous) (?P<unit>day|week|month|year)")
_OPEN = re.compile(r"(?P<how>since|from|after|before|until|up to|to) (?P<when>.+)")
_BETWEEN = re.compile(
    r"(?:between (?P<a>.+) and|from (?P<b>.+) (?:to|until)"
    r"|(?P<c>(?!up ).+) (?:to|until|-)) (?P<z>.+)"
)
_TWO_DAYS = re.compile(r"(?P<first>\d{1,2})(?:st|nd|rd|th)?")
_SURE = {Kind.DAY, Kind.MONTH, Kind.YEAR, Kind.DECADE}


@dataclass(frozen=True)
class Days:
    """Whole days, both included; None where that end is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Span:
    """What a phrase means: `text` as it was written, moments in UTC, the days that it touches."""

    text: str
    start: datetime | None
    end: datetime | None
    days: Days
    whole: bool = True

    def __str__(self) -> str:
        """The exact dates, as people read them: "15 November 2026 to 21 November 2026"."""
        if not self.whole and self.start and self.end:
            return f"{_moment(self.start)} to {_moment(self.end)}"
        first, last = self.days.first, self.days.last
        if first is None or last is None:
            return f"from {_day(first)}" if first else f"up to {_day(last or date.max)}"
        return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def span(text: str, *, now: datetime | None = None) -> Span:
    """What `text` means at the moment `now` (aware; the present by default).

    Raises ValidationError with one message that says what is wrong.
    """
    now = now or clock.now()
    if len(text) > _LONGEST:
        raise ValidationError(f"The date must be {_LONGEST} characters or fewer")
    plain = " ".join(re.sub("[\u2010-\u2015\u2212]", "-", text.lower()).replace(",", " ").split())
    today = clock.london(now).date()
    try:
        if (found := _PAST.fullmatch(plain)) and found["unit"] in ("minute", "min", "hour", "hr"):
            return _passed(text, found, now)
        return _whole(text, _days(plain, today))
    except (ValueError, OverflowError) as error:
        raise ValidationError(f"The date cannot be right: {error}") from error
    except ValidationError as error:
        if error.code == "date_wrong":
            raise
        raise ValidationError(f"Enter dates such as {EXAMPLES}") from error


def midnight(day: date) -> datetime:
    """The moment at which a day begins in London, in UTC."""
    return datetime.combine(day, time(), clock.LONDON).astimezone(UTC)


def _whole(text: str, days: Days) -> Span:
    if days.first and days.last and days.first > days.last:
        raise ValueError(f"{_day(days.first)} comes after {_day(days.last)}")
    after = days.last + timedelta(days=1) if days.last else None
    start = midnight(days.first) if days.first else None
    return Span(text.strip(), start, midnight(after) if after else None, days)


def _passed(text: str, found: re.Match[str], now: datetime) -> Span:
    unit = {"min": "minute", "hr": "hour"}.get(found["unit"], found["unit"])
    start = now.astimezone(UTC) - timedelta(**{f"{unit}s": _count(found["count"], unit)})
    days = Days(clock.london(start).date(), clock.london(now).date())
    return Span(text.strip(), start, now.astimezone(UTC), days, whole=False)


def _days(text: str, today: date) -> Days:
    if found := _PERIOD.fullmatch(text):
        return _period(found["which"], found["unit"], today)
    if found := _PAST.fullmatch(text):
        return Days(_back(today, _count(found["count"], found["unit"]), found["unit"]), today)
    if found := _BETWEEN.fullmatch(text):
        return _between(found["a"] or found["b"] or found["c"], found["z"], today)
    if found := _OPEN.fullmatch(text):
        return _open(found["how"], _one(found["when"], today))
    return _one(text, today)


def _count(said: str | None, unit: str) -> int:
    said = said or "a"
    count = int(said) if said.isdigit() else _NUMBERS.index(said) + 1 if said in _NUMBERS else 1
    if not 1 <= count <= _MOST.get(unit, 100):
        raise ValueError(f"say between 1 and {_MOST.get(unit, 100):,} {unit}s")
    return count


def _back(today: date, count: int, unit: str) -> date:
    """The first of so many days, today included; a month back is the day after that date."""
    if unit in ("day", "week"):
        return today - timedelta(days=count * (7 if unit == "week" else 1) - 1)
    month = months_on(today.replace(day=1), -count * (12 if unit == "year" else 1))
    same = min(today.day, month_end(month.year, month.month).day)
    return month.replace(day=same) + timedelta(days=1)


def _period(which: str, unit: str, today: date) -> Days:
    firsts = {
        "day": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }
    if which == "this":
        return Days(firsts[unit], today)
    last = firsts[unit] - timedelta(days=1)
    return Days(_period("this", unit, last).first, last)


def _open(how: str, days: Days) -> Days:
    if how in ("since", "from"):
        return Days(days.first, None)
    if how == "after":
        return Days(days.last + timedelta(days=1) if days.last else None, None)
    if how == "before":
        return Days(None, days.first - timedelta(days=1) if days.first else None)
    return Days(None, days.last)


def _between(first: str, last: str, today: date) -> Days:
    """Two ends; a day alone takes the month of the other ("between 1 and 9 March")."""
    if (alone := _TWO_DAYS.fullmatch(first)) and (rest := re.sub(r"^\S+ ?", "", last)):
        first = f"{alone['first']} {rest}"
    begins, ends = _one(first, today), _one(last, today)
    if begins.first and ends.last and begins.first > ends.last and not re.search(r"\d{4}", first):
        # Nobody said a year: the first end is the latest one before the second.
        begins = _one(first, ends.last)
    return Days(begins.first, ends.last)


def _one(text: str, today: date) -> Days:
    """One day, month or year."""
    named = {"today": 0, "now": 0, "yesterday": 1, "the day before yesterday": 2}
    text = re.sub(r"^(?:on|in|during) ", "", text)
    if text in named:
        return Days(*[today - timedelta(days=named[text])] * 2)
    words = text.removeprefix("last ")
    weekday = next((n for n, name in enumerate(_WEEKDAYS) if words in (name, name[:3])), None)
    if weekday is not None:
        back = (today.weekday() - weekday) % 7
        return Days(*[today - timedelta(days=back or (7 if words != text else 0))] * 2)
    if found := _PERIOD.fullmatch(text):
        return _period(found["which"], found["unit"], today)
    known = _yearless(text, today) or read(text, as_at=today)
    if known.kind not in _SURE:
        raise ValidationError("This is not a span of whole days", code="date_form")
    return Days(known.earliest, known.latest)


def _yearless(text: str, today: date) -> PartialDate | None:
    """A day and a month, or a month alone: the latest that has begun."""
    named = "|".join(f"{name.lower()}|{name[:3].lower()}" for name in MONTHS)
    day = r"\d{1,2}(?:st|nd|rd|th)?(?: of)?"
    if not re.fullmatch(rf"(?:{day} )?(?:{named})|(?:{named}) {day}|\d{{1,2}}/\d{{1,2}}", text):
        return None
    mark = "/" if "/" in text else " "
    # Eight years hold a 29 February, whatever the century.
    for year in range(today.year, today.year - 9, -1):
        try:
            known = read(f"{text}{mark}{year}", as_at=today)
        except ValidationError:
            if year == today.year - 8:
                raise
            continue
        if known.earliest <= today:
            return known
    return None


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _moment(moment: datetime) -> str:
    local = clock.london(moment)
    return f"{local:%H:%M} {local.tzname()} on {_day(local.date())}"
