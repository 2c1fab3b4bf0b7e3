"""Days as people speak of them: "yesterday", "last Tuesday", "3 days ago", "in 2 weeks"."""

import re
from datetime import date, timedelta

from django.core.exceptions import ValidationError

_NEAR = {"today": 0, "yesterday": -1, "the day before yesterday": -2, "tomorrow": 1}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_OF = {name: number for number, name in enumerate(_DAYS)}
_DAY_OF |= {name[:3]: number for name, number in list(_DAY_OF.items())}
_DAY_OF |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_NAMED = re.compile(rf"(?:(last|next|this) )?({'|'.join(sorted(_DAY_OF, key=len, reverse=True))})")
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_SPAN = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)}) (day|week)s?"
_AGO = re.compile(rf"{_SPAN} ago")
_IN = re.compile(rf"in {_SPAN}")


def spoken_day(text: str, today: date) -> date | None:
    """The day that `text` (lower case, single spaces) speaks of; None when it does not.

    "Last Tuesday" is the latest one before today, "next Tuesday" the first one after. Raises
    ValidationError for a weekday alone, which could be either.
    """
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    if found := _NAMED.fullmatch(text):
        return _weekday(found[1] or "", found[2], today)
    if found := _AGO.fullmatch(text):
        return today - _span(found[1], found[2])
    if found := _IN.fullmatch(text):
        return today + _span(found[1], found[2])
    return None


def _weekday(which: str, name: str, today: date) -> date:
    number = _DAY_OF[name]
    if which == "last":
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    if which == "next":
        return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    full = _DAYS[number].capitalize()
    raise ValidationError(
        f"Which {full}? Enter “last {full}”, “next {full}” or the date", code="date_unclear"
    )


def _span(count: str, unit: str) -> timedelta:
    return timedelta(days=int(_NUMBERS.get(count, count)) * (7 if unit == "week" else 1))
