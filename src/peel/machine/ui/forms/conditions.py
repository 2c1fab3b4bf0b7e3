"""Questions that are asked only when an earlier answer calls for them, said once for both sides."""

from typing import Any

from django import forms

from peel.machine.ui.forms.looks import look_of


def openers(form: forms.BaseForm) -> dict[str, tuple[str, str]]:
    """For each revealed field, the field and the value that reveal it."""
    return {
        inner: (name, value)
        for name, field in form.fields.items()
        for value, names in look_of(field).reveals.items()
        for inner in names
    }


class RevealingForm(forms.Form):
    """A form whose fields may reveal others (`dressed(field, reveals={"other": ("detail",)})`).

    What was typed into a question that is not open is dropped, and it cannot be wrong.
    """

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, (opener, value) in openers(self).items():
            if not self._open(opener, value):
                self.errors.pop(name, None)
                self.cleaned_data[name] = _nothing(self.fields[name])

    def _open(self, opener: str, value: str) -> bool:
        given = self.cleaned_data.get(opener)
        if isinstance(given, list | tuple | set):
            return value in {str(one) for one in given}
        if isinstance(given, bool):
            return value == str(given) or (given and value == "on")
        return str(given) == value


def _nothing(field: forms.Field) -> Any:
    """What the field's own cleaning makes of no answer."""
    return getattr(field, "empty_value", None)
