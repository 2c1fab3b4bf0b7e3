"""What a form says when something is missing: the field by name, in place of Django's one line."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

WORDS = {
    "max_length": "{label} must be {limit:,} characters or fewer",
    "min_length": "{label} must be {limit:,} characters or more",
    "max_value": "{label} must be {limit} or less",
    "min_value": "{label} must be {limit} or more",
    "invalid_choice": "{label}: choose one from the list",
    "null_characters_not_allowed": "{label} must not contain unseen characters",
}
CHOSEN = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)


def messages_of(bound: BoundField) -> list[str]:
    """The errors of a field, each in words that name it where Django's would not."""
    found = []
    for error in bound.errors.as_data():
        ours = None if error.code in _own(bound.field) else _ours(bound, error)
        found.extend([ours] if ours else [str(message) for message in error.messages])
    return found


def _ours(bound: BoundField, error: ValidationError) -> str | None:
    """Our words for what Django says without naming the field; None for anything else."""
    if error.code == "required":
        return _missing(bound)
    said = WORDS.get(str(error.code))
    return said and said.format(label=bound.label, limit=(error.params or {}).get("limit_value"))


def _own(field: forms.Field) -> set[str]:
    """The codes for which the field's maker, or its own class of ours, wrote other words."""
    django: dict[str, object] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            django |= getattr(kind, "default_error_messages", {})
    return {code for code, text in field.error_messages.items() if text != django.get(code)}


def _missing(bound: BoundField) -> str:
    label = str(bound.label)
    if label.endswith("?"):
        return f"Answer “{label}”"
    verb = "Choose" if isinstance(bound.field.widget, CHOSEN) else "Enter"
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return f"Tick “{label}” to go on"
    # Only an ordinary first word loses its capital: "PNC number" keeps it.
    words = label if label[:2].isupper() else label[:1].lower() + label[1:]
    return f"{verb} {words}"
