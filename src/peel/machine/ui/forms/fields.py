"""Form fields that Django lacks: dates and times as people write them, suggestions, versions."""

import datetime
import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from peel.kernel.base import clock
from peel.machine.ui.forms.looks import dressed
from peel.machine.ui.forms.widgets import Suggest

LONGEST = 60
LONDON = ZoneInfo("Europe/London")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMBERS = re.compile(r"(\d{1,2})[\s/.\-](\d{1,2})[\s/.\-](\d{4}|\d{2})")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]*([a-z]{3,9})\.?,?[\s\-]*(\d{4}|\d{2})", re.I)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?", re.I)


def read_day(text: str, today: datetime.date) -> datetime.date:
    """The day written in `text`: 27/3/2026, 27 March 2026, 27 3 26, today, yesterday.

    Two figures for the year mean this century up to ten years ahead, else the last. Raises
    ValueError when it is not a day.
    """
    words = " ".join(text.lower().split())
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if words in near:
        return today + datetime.timedelta(days=near[words])
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
    """The time written in `text`: 14:05, 1405, 2.05pm, 9am. Raises ValueError when it is none."""
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


def today() -> datetime.date:
    """The day in London, by Peel's clock."""
    return timezone.localtime(clock.now(), LONDON).date()


class DayField(forms.Field):
    """One whole day, typed as people write it; its value is a `date`, None when left empty."""

    default_error_messages = {
        "invalid": "“%(value)s” is not a date. Write it like 27 3 2026 or 27 March 2026."
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "For example, 27 3 2026 or today")
        super().__init__(**options)
        dressed(self, width=10, autocomplete="off", spellcheck=False)

    def to_python(self, value: Any) -> Any:
        """The day. Raises ValidationError, quoting what was typed."""
        if isinstance(value, datetime.date):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return read_day(text[:LONGEST], today())
        except ValueError as wrong:
            raise ValidationError(
                self.error_messages["invalid"], "invalid", {"value": text[:40]}
            ) from wrong

    def prepare_value(self, value: Any) -> Any:
        """A date as people write it."""
        return f"{value.day} {value:%B %Y}" if isinstance(value, datetime.date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the day differs, however it is written."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class MomentField(DayField):
    """A day and a time in London in one box; its value is an aware UTC datetime.

    "today 1405" and "27/3/2026 2.05pm" are understood. A time that the clocks skip is refused;
    of one that comes twice the first is meant.
    """

    default_error_messages = {
        "invalid": "“%(value)s” is not a date and time. Write it like 27 3 2026 14:05.",
        "skipped": "The clocks go forward then: %(value)s does not exist in London.",
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "For example, 27 3 2026 14:05 or today 1405")
        super().__init__(**options)
        dressed(self, width=20, autocomplete="off", spellcheck=False)

    def to_python(self, value: Any) -> Any:
        """The moment. Raises ValidationError, quoting what was typed."""
        if isinstance(value, datetime.datetime):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            local = self._read(text[:LONGEST])
        except ValueError as wrong:
            raise ValidationError(
                self.error_messages["invalid"], "invalid", {"value": text[:40]}
            ) from wrong
        moment = local.astimezone(datetime.UTC)
        if moment.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValidationError(self.error_messages["skipped"], "skipped", {"value": text[:40]})
        return moment

    @staticmethod
    def _read(text: str) -> datetime.datetime:
        """Split at the last word that is a time ("2.05 pm" is two words)."""
        words = text.replace(",", " ").replace("T", " ").split()
        words = [word for word in words if word.lower() != "at"]
        size = 2 if words and words[-1].lower() in ("am", "pm") else 1
        day = read_day(" ".join(words[:-size]), today())
        return datetime.datetime.combine(day, read_time("".join(words[-size:])), LONDON)

    def prepare_value(self, value: Any) -> Any:
        """A moment as people write it, in London's time."""
        if not isinstance(value, datetime.datetime):
            return value
        local = timezone.localtime(value, LONDON) if timezone.is_aware(value) else value
        return f"{local.day} {local:%B %Y %H:%M}"


class SearchField(forms.CharField):
    """Words to search for."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        options.setdefault("required", False)
        options.setdefault("widget", forms.TextInput(attrs={"type": "search"}))
        super().__init__(**options)
        dressed(self, autocomplete="off", spellcheck=False)


class SuggestField(forms.CharField):
    """Text with suggestions; `only` refuses what is not among them, case and spacing aside."""

    default_error_messages = {"unknown": "“%(value)s” is not in the list. Choose one that is."}

    def __init__(self, suggestions: Sequence[str], *, only: bool = False, **options: Any) -> None:
        self.only = only
        self.known = {_folded(one): one for one in suggestions}
        options.setdefault("widget", Suggest(list(suggestions)))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """The suggestion as it is written in the list, or (unless `only`) what was typed."""
        text = super().clean(value)
        if not text or (known := self.known.get(_folded(text))) is None:
            if text and self.only:
                raise ValidationError(
                    self.error_messages["unknown"], "unknown", {"value": text[:60]}
                )
            return text
        return known


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


class HiddenVersionField(forms.IntegerField):
    """The version of the record that the form was opened on; sent back unseen."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 1)
        super().__init__(**options)
