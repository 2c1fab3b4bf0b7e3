"""The input for a partial date: one text box that takes a date as officers write it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from peel.kernel.base.dates.partial import PartialDate


class PartialDateFormField(forms.CharField):
    """Reads a `PartialDate`, or None when left empty; shows one as it would be written."""

    def __init__(self, **options: Any) -> None:
        # An officer may paste any length; `parse` says what is wrong with it.
        options.pop("max_length", None)
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """The date written in `value`. Raises ValidationError naming what is wrong."""
        if isinstance(value, PartialDate):
            return value
        text = super().to_python(value)
        return PartialDate.parse(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        """A date as text; what could not be read is shown again as it was typed."""
        return str(value) if isinstance(value, PartialDate) else value

    def understood(self, value: PartialDate) -> str:
        """What was understood, for the page to say beside what was typed."""
        return str(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the date differs, however it is written."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True
