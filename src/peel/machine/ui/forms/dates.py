"""Reading days, times and moments as people write them, in London's time.

"27/3/26", "27 Mar 2026", "yesterday", "last Tuesday 14:30", "3 days ago at 2.05pm", and ISO 8601.
Each reader raises ValueError for what is no date, ValidationError where more can be said.
"""

import datetime
import re
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from peel.kernel.base.dates.spoken import spoken_day

LONDON = ZoneInfo("Europe/London")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMBERS = re.compile(r"(\d{1,2})[\s/.\-](\d{1,2})[\s/.\-](\d{4}|\d{2})")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]*([a-z]{3,9})\.?,?[\s\-]*(\d{4}|\d{2})", re.I)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?", re.I)
_ISO_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(z|[+-]\d\d:?\d\d)?", re.I
)
_OFFSETS = {"bst": 1, "gmt": 0, "utc": 0}
_HOUR = datetime.timedelta(hours=1)


def read_day(text: str, today: datetime.date) -> datetime.date:
    """The day written in `text`: 27/3/2026, 27 March 2026, 27 3 26, today, last Tuesday.

    Two figures for the year mean this century up to ten years ahead, else the last.
    """
    words = " ".join(text.lower().split())
    if near := spoken_day(words, today):
        return near
    if found := _ISO.fullmatch(words):
        return datetime.date(*(int(part) for part in found.groups()))
    if found := _NUMBERS.fullmatch(words):
        day, month, year = found.groups()
        return datetime.date(_year(year, today), int(month), int(day))
    if found := _WORDS.fullmatch(words):
        day, name, year = found.groups()
        if name[:3] not in MONTHS:
            raise ValueError(f"{name} is not a month")
        return datetime.date(_year(year, today), MONTHS.index(name[:3]) + 1, int(day))
    raise ValueError(f"{text} is not a date")


def _year(text: str, today: datetime.date) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year + 10 else century - 100 + year


def read_time(text: str) -> datetime.time:
    """The time written in `text`: 14:05, 1405, 2.05pm, 9am."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text} is not a time")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if found[2] is None and not half:
        raise ValueError(f"{text} is not a time")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"{text} is not a time")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime.time(hour, minute)


def read_moment(text: str, now: datetime.datetime) -> datetime.datetime:
    """The moment written in `text`, as aware UTC: a day and a time in London, in either order.

    "BST" or "GMT" after it says which, for the hour that comes twice when the clocks go back.
    """
    if _ISO_MOMENT.fullmatch(text.strip()):
        read = datetime.datetime.fromisoformat(text.strip().upper())
        return read.astimezone(datetime.UTC) if read.tzinfo else in_london(read, text)
    words = [word for word in text.lower().replace(",", " ").split() if word not in ("at", "on")]
    if words == ["now"]:
        return now.astimezone(datetime.UTC).replace(second=0, microsecond=0)
    zone = words.pop() if words and words[-1] in _OFFSETS else ""
    today = now.astimezone(LONDON).date()
    return in_london(_day_and_time(words, today), text, zone)


def _day_and_time(words: list[str], today: datetime.date) -> datetime.datetime:
    """The day and the time among `words`: the time at the end, else at the beginning."""
    refused: Exception = ValueError("no day with a time")
    for size in (1, 2):
        for day, time in ((words[:-size], words[-size:]), (words[size:], words[:size])):
            try:
                at = read_time(" ".join(time))
                return datetime.datetime.combine(read_day(" ".join(day), today), at)
            except ValidationError as problem:
                refused = problem
            except ValueError:
                continue
    raise refused


def in_london(local: datetime.datetime, text: str, zone: str = "") -> datetime.datetime:
    """The moment when clocks in London show `local`. Raises ValidationError when none or two do."""
    first, second = (
        local.replace(tzinfo=LONDON, fold=fold).astimezone(datetime.UTC) for fold in (0, 1)
    )
    if first.astimezone(LONDON).replace(tzinfo=None) != local:
        raise ValidationError(
            "The clocks go forward then: %(value)s does not exist in London.",
            "skipped",
            {"value": text[:40]},
        )
    if zone:
        moment = (local - _OFFSETS[zone] * _HOUR).replace(tzinfo=datetime.UTC)
        if moment not in (first, second) and zone == "bst":
            raise ValidationError("British Summer Time does not hold then: leave out BST.", "zone")
        return moment
    if first != second:
        at = f"{local:%H:%M}"
        raise ValidationError(
            f"The clocks go back then, and {at} comes twice. Which is it?"
            f" Write {at} BST for the first, {at} GMT for the second.",
            "twice",
        )
    return first


def day_words(day: datetime.date) -> str:
    """A day as people write it: 27 March 2026."""
    return f"{day.day} {day:%B} {day.year}"


def moment_words(moment: datetime.datetime) -> str:
    """A moment as `read_moment` reads it: 27 March 2026 14:05, and BST or GMT if it comes twice."""
    local = moment.astimezone(LONDON) if moment.tzinfo else moment.replace(tzinfo=LONDON)
    apart = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{day_words(local)} {local:%H:%M}{f' {local.tzname()}' if apart else ''}"
