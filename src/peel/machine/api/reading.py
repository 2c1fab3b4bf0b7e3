"""What a call says: its JSON, the version it was decided on, and the answers to a form."""

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest

from peel.machine.api.refusals import Unreadable
from peel.machine.commands.problems import Conflict, Invalid
from peel.machine.commands.registry import Command
from peel.machine.forms.base import CommandForm, storable

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

UNREADABLE = "Send one JSON object in UTF-8, each key once."


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object sent. What may be read in two ways is not read at all: Unreadable."""
    try:
        read = json.loads(
            request.body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        raise Unreadable(UNREADABLE) from None
    if not isinstance(read, dict):
        raise Unreadable(UNREADABLE)
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def etag(record: Any) -> str:
    """The version of a record as an entity tag."""
    return f'"{record.version}"'


def tags_of(request: HttpRequest, header: str) -> list[str]:
    """The entity tags in a header."""
    return [tag.strip() for tag in request.headers.get(header, "").split(",") if tag.strip()]


def decided_on(request: HttpRequest, given: dict[str, Any], record: Any) -> int:
    """The version that the caller saw: `version` in the body, or the header If-Match.

    Raises Conflict when If-Match names another than the current one, Invalid when none is given.
    """
    said = given.pop("version", None)
    if tags := tags_of(request, "If-Match"):
        if etag(record) not in tags:
            raise Conflict(record)
        said = record.version if said is None else said
    if isinstance(said, bool) or not isinstance(said, int):
        raise Invalid({"version": ["Give the version that you read, or the header If-Match."]})
    return said


def answered(
    command: Command, identity: "Identity", record: Any, given: dict[str, Any]
) -> dict[str, Any]:
    """What the command's form makes of the answers given. Raises Invalid by field.

    What is left out stands as the record has it, else as the form begins: as on the page.
    """
    form_class = command.form or CommandForm
    form_class_fields = form_class(identity=identity, record=record).fields
    if unknown := [name for name in given if name not in form_class_fields]:
        raise Invalid({name[:80]: ["There is no such field here."] for name in unknown})
    data: dict[str, Any] = {}
    for name, field in form_class_fields.items():
        value = (
            _typed(name, field, given[name]) if name in given else _standing(name, field, record)
        )
        _put(data, name, field, value)
    form = form_class(data, identity=identity, record=record)
    if not form.is_valid():
        raise Invalid(
            {("" if k == "__all__" else k): [str(m) for m in v] for k, v in form.errors.items()}
        )
    return dict(form.cleaned_data)


def _standing(name: str, field: forms.Field, record: Any) -> Any:
    if record is not None and hasattr(record, name):
        return getattr(record, name)
    return field.initial() if callable(field.initial) else field.initial


def takes_many(field: forms.Field) -> bool:
    """Whether the answer to a field is a list: several choices, or a repeating group."""
    return bool(getattr(field.widget, "allow_multiple_selected", False)) or hasattr(field, "form")


def _typed(name: str, field: forms.Field, value: Any) -> Any:
    """A JSON value as the form takes it. Raises Invalid for one of the wrong type."""
    if value is None:
        return None
    if isinstance(value, list) and takes_many(field):
        return [_plain(name, each) for each in value]
    if isinstance(value, list | dict):
        raise Invalid({name: ["Give one value here, not a list or an object."]})
    if isinstance(value, bool) != isinstance(field, forms.BooleanField):
        kind = "true or false" if isinstance(field, forms.BooleanField) else "text or a number"
        raise Invalid({name: [f"Give {kind} here."]})
    return value if isinstance(value, bool) else _plain(name, value)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(name, each) for key, each in value.items()}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list) or not storable(str(value)):
        raise Invalid({name: ["Give plain text: no list, and no characters that cannot be shown."]})
    return str(value)


def _put(data: dict[str, Any], name: str, field: forms.Field, value: Any) -> None:
    """Put a value where the field's widget looks for it: one of several boxes has it in parts."""
    boxes: Any = field.widget
    if isinstance(field.widget, forms.MultiWidget) and value is not None:
        for suffix, part in zip(boxes.widgets_names, boxes.decompress(value), strict=False):
            data[name + suffix] = part
    elif value is not None:
        data[name] = value
