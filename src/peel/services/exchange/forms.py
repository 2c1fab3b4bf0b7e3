"""The questions of an import: what the file holds, and what each of its columns is."""

from typing import Any

from django import forms

from peel.kernel.access.markings import Marking
from peel.machine.forms.base import CommandForm
from peel.services.exchange.shapes import KEY, KEY_LABEL, Shape, importable

_SHOWN = 60


class UploadForm(CommandForm):
    """What the rows are. The file stands beside it."""

    what = forms.ChoiceField(label="What does the file hold?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = [s for s in importable() if self.identity and self.identity.may(s.may.create)]
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (sheet.kind, sheet.title_plural) for sheet in may
        ]


class MappingForm(CommandForm):
    """One question a column of the file: what is it?"""

    def __init__(
        self, *args: Any, shape: Shape, headings: list[str], first: list[list[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [(name, column.label) for name, column in shape.columns.items()]
        choices = [("", "Leave this column out"), (KEY, f"{KEY_LABEL} (tells rows apart)"), *known]
        self.places = range(len(headings))
        for place, heading in enumerate(headings):
            said = ", ".join(row[place] for row in first[:3] if place < len(row) and row[place])
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=f"“{heading or f'Column {place + 1}'}” is",
                choices=choices,
                required=False,
                help_text=said[:_SHOWN],
            )
        clearance = self.identity.clearance if self.identity else 0
        self.fields["marking"] = forms.TypedChoiceField(
            label="Marking of the records",
            coerce=int,
            choices=[(int(m), m.label) for m in shape.sheet.markings.allowed if m <= clearance],
            initial=int(shape.sheet.markings.default),
        )

    def clean(self) -> dict[str, Any]:
        """Nothing is meant twice, and something is meant at all."""
        cleaned: dict[str, Any] = super().clean() or {}
        met: dict[str, int] = {}
        for place in self.places:
            name = cleaned.get(f"column-{place}")
            if name and name in met:
                self.add_error(f"column-{place}", "Another column is this already.")
            elif name:
                met[name] = place
        if not met.keys() - {KEY}:
            self.add_error(None, "Say of one column at least what it is.")
        return cleaned

    @property
    def mapping(self) -> dict[str, Any]:
        """The answers as an import keeps them."""
        given = {str(p): self.cleaned_data.get(f"column-{p}") for p in self.places}
        columns = {place: name for place, name in given.items() if name}
        return {"columns": columns, "marking": int(Marking(self.cleaned_data["marking"]))}


def answers_of(mapping: dict[str, Any]) -> dict[str, Any]:
    """A mapping as the form begins with it."""
    found = {f"column-{place}": name for place, name in mapping.get("columns", {}).items()}
    return found | ({"marking": mapping["marking"]} if mapping.get("marking") else {})
