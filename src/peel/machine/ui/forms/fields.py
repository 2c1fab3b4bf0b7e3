"""Form fields that Django lacks: dates and times as people write them, suggestions, versions."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from peel.kernel.base import clock
from peel.machine.ui.forms.dates import (
    LONDON,
    day_words,
    moment_words,
    read_day,
    read_moment,
)
from peel.machine.ui.forms.looks import dressed
from peel.machine.ui.forms.widgets import Suggest

LONGEST = 60


def today() -> datetime.date:
    """The day in London, by Peel's clock."""
    return timezone.localtime(clock.now(), LONDON).date()


class DayField(forms.Field):
    """One whole day, typed as people write it; its value is a `date`, None when left empty."""

    default_error_messages = {
        "invalid": "“%(value)s” is not a date. Write it like 27 3 2026 or 27 March 2026."
    }

    def __init__(self, **options: Any) -> None:
        options["help_text"] = options.get("help_text") or "For example, 27 3 2026 or yesterday"
        super().__init__(**options)
        dressed(self, width=20, autocomplete="off", spellcheck=False)

    def to_python(self, value: Any) -> Any:
        """The day. Raises ValidationError, quoting what was typed."""
        if isinstance(value, datetime.date):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return self.read(text[:LONGEST])
        except ValidationError:
            raise
        except (ValueError, OverflowError) as wrong:
            raise ValidationError(
                self.error_messages["invalid"], "invalid", {"value": text[:40]}
            ) from wrong

    def read(self, text: str) -> Any:
        """The value in a text that is not empty."""
        return read_day(text, today())

    def prepare_value(self, value: Any) -> Any:
        """A date as people write it."""
        return day_words(value) if isinstance(value, datetime.date) else value

    def understood(self, value: Any) -> str:
        """What was understood, for the page to say beside what was typed."""
        return f"{value:%A} {day_words(value)}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the day differs, however it is written."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class MomentField(DayField):
    """A day and a time in London in one box; its value is an aware UTC datetime.

    "today 1405" and "27/3/2026 2.05pm" are understood. A time that the clocks skip is refused;
    of one that comes twice it is asked which is meant.
    """

    default_error_messages = {
        "invalid": "“%(value)s” is not a date and time. Write it like 27 3 2026 14:05.",
    }

    def __init__(self, **options: Any) -> None:
        options["help_text"] = (
            options.get("help_text") or "For example, 27 3 2026 14:05 or yesterday 1405"
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """The moment. A day alone is refused: it has no time."""
        return (
            value if isinstance(value, datetime.datetime) else super().to_python(str(value or ""))
        )

    def read(self, text: str) -> Any:
        """The moment in a text that is not empty."""
        return read_moment(text, clock.now())

    def prepare_value(self, value: Any) -> Any:
        """A moment as people write it, in London's time."""
        return moment_words(value) if isinstance(value, datetime.datetime) else value

    def understood(self, value: Any) -> str:
        """What was understood, with the day of the week."""
        return f"{value.astimezone(LONDON):%A} {moment_words(value)}"


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
