"""The JSON Schema of records, as they are shown, and of forms, as they are answered."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from peel.kernel.access.markings import Marking
from peel.kernel.base.dates import PartialDateField, PartialDateFormField
from peel.kernel.base.openapi import MOMENT, TEXT, Shape, whole
from peel.machine.forms.lookups import LookUpField
from peel.machine.ui.forms.fields import DayField, MomentField

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

PARTIAL = "A date as far as it is known: 14 June 1980, June 1980, 1980, about 1980."
_OF_MODEL: tuple[tuple[type, Shape], ...] = (
    (models.BooleanField, {"type": "boolean"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (models.DateTimeField, MOMENT),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.UUIDField, {"type": "string", "format": "uuid"}),
    (PartialDateField, {**TEXT, "description": PARTIAL}),
    (models.JSONField, {}),
)
_OF_FORM: tuple[tuple[type, Shape], ...] = (
    (forms.BooleanField, {"type": "boolean"}),
    (forms.FloatField, {"type": "number"}),
    (forms.DecimalField, {"type": "number"}),
    (forms.IntegerField, {"type": "integer"}),
    (forms.UUIDField, {"type": "string", "format": "uuid"}),
    (MomentField, MOMENT),
    (forms.DateTimeField, MOMENT),
    (DayField, {"type": "string", "format": "date"}),
    (forms.DateField, {"type": "string", "format": "date"}),
    (PartialDateFormField, {**TEXT, "description": PARTIAL}),
    (LookUpField, {**TEXT, "maxLength": 200}),
)


def record_shape(sheet: "Sheet") -> Shape:
    """The schema of `record_json`."""
    states = [s.name for s in sheet.flow.states] if sheet.flow else ["live"]
    return whole(
        {
            "id": {"type": "string", "format": "uuid"},
            "kind": {"const": sheet.kind},
            "reference": {**TEXT, "description": "With its check letter"},
            "title": TEXT,
            "state": {**TEXT, "enum": states},
            "marking": {"type": "integer", "enum": Marking.values, "description": _markings()},
            "restricted": {"type": "boolean", "description": "Seen by an access list alone"},
            "version": {"type": "integer", "minimum": 1, "description": "Also the ETag"},
            "created_at": MOMENT,
            "changed_at": MOMENT,
            "fields": whole({name: _stored(sheet, name) for name in sheet.fields}),
        },
        title=sheet.title,
    )


def _markings() -> str:
    return ", ".join(f"{value}: {label}" for value, label in Marking.choices)


def _stored(sheet: "Sheet", name: str) -> Shape:
    """The schema of a field as it is shown; what is not known is null."""
    try:
        field: Any = sheet.model._meta.get_field(name)
    except FieldDoesNotExist:
        return {}
    shape = dict(next((s for kind, s in _OF_MODEL if isinstance(field, kind)), TEXT))
    shape["title"] = str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]
    if field.help_text:
        shape.setdefault("description", str(field.help_text))
    if isinstance(field, models.ForeignKey):
        shape["description"] = "The key by which the same field takes it"
    elif field.choices:
        shape["enum"] = [value for value, _ in field.flatchoices] + ([""] if field.blank else [])
    return _or_null(shape) if field.null else shape


def _or_null(shape: Shape) -> Shape:
    if "type" in shape:
        shape = shape | {"type": [shape["type"], "null"]}
    if "enum" in shape:
        shape = shape | {"enum": [*dict.fromkeys(shape["enum"]), None]}
    return shape


def answer_shape(field: forms.Field) -> Shape:
    """The schema of what a form's field takes. A repeating group takes a list of objects."""
    if (inner := getattr(field, "form", None)) is not None:
        return {"type": "array", "title": str(field.label), "items": form_shape(inner)}
    shape = dict(next((s for kind, s in _OF_FORM if isinstance(field, kind)), TEXT))
    if isinstance(field, forms.ChoiceField):
        shape = _choice(field)
    for bound, word in (
        ("max_length", "maxLength"), ("min_length", "minLength"),
        ("min_value", "minimum"), ("max_value", "maximum"),
    ):  # fmt: skip
        if (value := getattr(field, bound, None)) is not None and not callable(value):
            shape[word] = value
    shape["title"] = str(field.label or "")
    if field.help_text:
        shape.setdefault("description", str(field.help_text))
    if isinstance(field.initial, str | bool | int) and not field.required:
        shape["default"] = field.initial
    return shape if field.required else _or_null(shape)


def _choice(field: forms.ChoiceField) -> Shape:
    """An enumeration where the choices are known before anybody asks."""
    values: list[Any] = []
    offered: Any = field.choices
    for value, label in offered:
        values += [v for v, _ in label] if isinstance(label, list | tuple) else [value]
    shape = TEXT | ({"enum": [str(value) for value in values if value != ""]} if values else {})
    if not field.required and "enum" in shape:
        shape["enum"] = [*shape["enum"], ""]
    many = getattr(field.widget, "allow_multiple_selected", False)
    return {"type": "array", "items": shape} if many else shape


def form_shape(form: type[forms.Form], standing: type[models.Model] | None = None) -> Shape:
    """The schema of a form's answers; fields that `standing` holds may be left out."""
    fields = form.base_fields
    needed = [
        name
        for name, field in fields.items()
        if field.required and field.initial is None and not hasattr(standing, name)
    ]
    shape: Shape = {
        "type": "object",
        "properties": {name: answer_shape(field) for name, field in fields.items()},
        "additionalProperties": False,
    }
    return shape | ({"required": needed} if needed else {})
