"""The value `PartialDate`: a day known only to lie between two days, and how we know it."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering
from typing import Self

_DAY = timedelta(days=1)
_STORED = re.compile(
    r"^(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d) ([a-z-]+)(?: (\d{1,3})-(\d{1,3}) (\d{4}-\d\d-\d\d))?$",
    re.ASCII,
)
OLDEST_AGE = 130


class Kind(StrEnum):
    """How much is known: it decides how the date is written, not what lies within it."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    ABOUT_DAY = "about-day"
    ABOUT_MONTH = "about-month"
    ABOUT_YEAR = "about-year"
    AGE = "age"
    ABOUT_AGE = "about-age"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; for 29 February, 28 February where there is none."""
    year = day.year - years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def months_on(day: date, months: int) -> date:
    """The first day of the month that is `months` after (before, if negative) that of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def age_on(born: date, day: date) -> int:
    """Age in whole years, never below 0.

    A year of age is reached at the first moment of the anniversary (Family Law Reform Act 1969,
    section 9); for one born on 29 February, in other years, that of 1 March.
    """
    return max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A day between `earliest` and `latest`, both included, in the calendar of the place.

    `ages` and `as_at` keep what was said of an age: from, to, and on which day. Dates sort by
    earliest, then latest. Raises ValueError when the parts contradict one another.
    """

    earliest: date
    latest: date
    kind: Kind
    ages: tuple[int, int] | None = None
    as_at: date | None = None

    def __post_init__(self) -> None:
        if self.earliest > self.latest:
            raise ValueError(f"{self.earliest} comes after {self.latest}")
        aged = self.kind in {Kind.AGE, Kind.ABOUT_AGE}
        if aged != (self.ages is not None) or aged != (self.as_at is not None):
            raise ValueError("An age needs the day it was said of, and nothing else has one")

    # Ways to make one

    @classmethod
    def day(cls, day: date) -> Self:
        """A known day."""
        return cls(day, day, Kind.DAY)

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """Some day of a month. Raises ValueError when there is no such month."""
        return cls(date(year, month, 1), month_end(year, month), Kind.MONTH)

    @classmethod
    def year(cls, year: int) -> Self:
        """Some day of a year."""
        return cls(date(year, 1, 1), date(year, 12, 31), Kind.YEAR)

    @classmethod
    def decade(cls, year: int) -> Self:
        """Some day of the ten years that begin with `year` (1980). Raises ValueError for 1983."""
        if year % 10:
            raise ValueError(f"No decade begins with {year}")
        return cls(date(year, 1, 1), date(year + 9, 12, 31), Kind.DECADE)

    @classmethod
    def about(cls, known: Self) -> Self:
        """Near a day (a week either side), month (one month) or year (two years): our own rule.

        Raises ValueError for anything less certain.
        """
        first, last = known.earliest, known.latest
        if known.kind is Kind.DAY:
            return cls(first - 7 * _DAY, first + 7 * _DAY, Kind.ABOUT_DAY)
        if known.kind is Kind.MONTH:
            return cls(months_on(first, -1), months_on(last, 2) - _DAY, Kind.ABOUT_MONTH)
        if known.kind is Kind.YEAR:
            ends = date(first.year - 2, 1, 1), date(last.year + 2, 12, 31)
            return cls(*ends, Kind.ABOUT_YEAR)
        raise ValueError(f"“{known}” is uncertain already")

    @classmethod
    def aged(cls, youngest: int, oldest: int, as_at: date) -> Self:
        """The birth of one who is `youngest` to `oldest` years old on the day `as_at`."""
        return cls(*_births(youngest, oldest, as_at), Kind.AGE, (youngest, oldest), as_at)

    @classmethod
    def about_age(cls, age: int, as_at: date) -> Self:
        """The birth of one who looks `age`: a tenth either side, at least two years (our rule)."""
        margin = max(2, -(-age // 10))
        ends = _births(max(0, age - margin), age + margin, as_at)
        return cls(*ends, Kind.ABOUT_AGE, (age, age), as_at)

    @classmethod
    def between(cls, first: Self, last: Self) -> Self:
        """From the beginning of `first` to the end of `last`."""
        return cls(first.earliest, last.latest, Kind.BETWEEN)

    @classmethod
    def before(cls, known: Self) -> Self:
        """Any day before `known` begins."""
        return cls(date.min, known.earliest - _DAY, Kind.BEFORE)

    @classmethod
    def after(cls, known: Self) -> Self:
        """Any day after `known` ends."""
        return cls(known.latest + _DAY, date.max, Kind.AFTER)

    @classmethod
    def unknown(cls) -> Self:
        """It was asked, and nobody knows."""
        return cls(date.min, date.max, Kind.UNKNOWN)

    @classmethod
    def parse(cls, text: str, *, as_at: date | None = None) -> "PartialDate":
        """Read what an officer wrote, on the day `as_at` (default: today in London).

        Raises ValidationError naming what is wrong.
        """
        from peel.kernel.base.dates import reading

        return reading.read(text, as_at=as_at)

    # Text that is kept

    @property
    def stored(self) -> str:
        """The text of the column. In the C collation it sorts by earliest, then latest."""
        text = f"{self.earliest.isoformat()}/{self.latest.isoformat()} {self.kind}"
        if self.ages and self.as_at:
            text += f" {self.ages[0]}-{self.ages[1]} {self.as_at.isoformat()}"
        return text

    @classmethod
    def restore(cls, text: str) -> Self:
        """The date of a `stored` text. Raises ValueError for any other text."""
        found = _STORED.match(text)
        if not found:
            raise ValueError(f"{text!r} is not a stored partial date")
        first, last, kind, youngest, oldest, as_at = found.groups()
        ages = (int(youngest), int(oldest)) if youngest else None
        said = date.fromisoformat(as_at) if as_at else None
        return cls(date.fromisoformat(first), date.fromisoformat(last), Kind(kind), ages, said)

    def __str__(self) -> str:
        """British English, such that `parse` reads the same date from it."""
        from peel.kernel.base.dates import writing

        return writing.write(self)

    # Comparison

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return self.stored < other.stored

    @property
    def exact(self) -> bool:
        """Whether the day itself is known."""
        return self.earliest == self.latest

    def overlaps(self, other: "PartialDate") -> bool:
        """Whether both could be the same day."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def within(self, other: "PartialDate") -> bool:
        """Whether this certainly lies in `other`."""
        return other.earliest <= self.earliest and self.latest <= other.latest

    def age_at(self, day: date) -> tuple[int, int | None]:
        """The least and greatest age on `day` of one born then; None: there is no telling."""
        oldest = None if self.earliest == date.min else age_on(self.earliest, day)
        return age_on(self.latest, day), oldest


def _births(youngest: int, oldest: int, as_at: date) -> tuple[date, date]:
    """The first and last birthday of one aged `youngest` to `oldest` on the day `as_at`."""
    if not 0 <= youngest <= oldest or youngest > OLDEST_AGE:
        raise ValueError(f"An age lies between 0 and {OLDEST_AGE}, the lower one first")
    return years_before(as_at, oldest + 1) + _DAY, years_before(as_at, youngest)
