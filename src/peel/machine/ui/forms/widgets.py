"""Inputs that Django lacks: three boxes for a date, and a text box that suggests."""

from collections.abc import Sequence
from typing import Any

from django import forms


class DayMonthYear(forms.MultiWidget):
    """A date in three boxes. Its value is text in the order day, month, year."""

    template_name = "ui/forms/day_month_year.html"
    parts = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            part: forms.TextInput(attrs={"inputmode": "numeric"}) for part in self.parts
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        """The three boxes of a date, or of what was typed."""
        if hasattr(value, "day"):
            return [str(value.day), str(value.month), str(value.year)]
        words = str(value or "").replace("/", " ").split()
        return [*words, "", "", ""][:3]

    def value_from_datadict(  # type: ignore[override]
        self, data: Any, files: Any, name: str
    ) -> str:
        """What was typed, as one text; empty when all three boxes are."""
        given = super().value_from_datadict(data, files, name)
        words = [str(part or "").strip() for part in given]
        # A gap must not let the month pass for the day: it stays, and is refused by name.
        return " ".join(word or "?" for word in words) if any(words) else ""


class Suggest(forms.TextInput):
    """A text box with suggestions: a list of the page's own, so it needs no script."""

    template_name = "ui/forms/suggest.html"

    def __init__(
        self, suggestions: Sequence[str] = (), attrs: dict[str, Any] | None = None
    ) -> None:
        self.suggestions = list(suggestions)
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the suggestions, and the id by which the box names their list."""
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}-suggestions"
        context["widget"]["attrs"]["list"] = list_id
        context["widget"]["suggestions"] = self.suggestions
        context["widget"]["list_id"] = list_id
        return context
