"""Answers as the inputs hold them, and in words: what two versions of a form are compared by."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from peel.machine.ui.forms.groups import HERE, Group


def as_typed(field: forms.Field, value: Any) -> Any:
    """A value as the field's input would give it: a text, a list of texts, or a group's rows."""
    if isinstance(field, Group):
        return [_row(field, row) for row in value or ()]
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, list | tuple | set):
        return [str(one) for one in value]
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)


def _row(group: Group, row: Any) -> dict[str, Any]:
    """A row of cleaned answers, or one that is typed already."""
    if isinstance(row, MultiValueDict):
        return {name: row.get(name) for name in row if name != HERE}
    fields = group.form.base_fields
    typed = {name: as_typed(fields[name], value) for name, value in row.items() if name in fields}
    return {name: value for name, value in typed.items() if value != ""}


def in_words(field: forms.Field, typed: Any) -> str:
    """A typed answer as people read it: choices by label, rows one after the other."""
    if isinstance(field, Group):
        return "; ".join(_row_in_words(field, row) for row in typed or () if isinstance(row, dict))
    if isinstance(typed, list):
        return ", ".join(in_words(field, one) for one in typed)
    if isinstance(field, forms.BooleanField):
        return "Yes" if typed else "No"
    if hasattr(field, "say"):
        return str(field.say(typed))
    choices = getattr(field, "choices", None)
    labels = {str(key): str(label) for key, label in choices} if choices else {}
    return labels.get(str(typed), str(typed)) if typed != "" else ""


def _row_in_words(group: Group, row: dict[str, Any]) -> str:
    fields = group.form.base_fields
    return ", ".join(in_words(fields[name], row[name]) for name in fields if row.get(name))
