"""A form whose answers may be settled beforehand and whose rows can be rebuilt."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.http import QueryDict

from peel.machine.ui.forms.conditions import RevealingForm
from peel.machine.ui.forms.groups import REBUILD, Group, quiet, rebuilt

__all__ = ["REBUILD", "TypedForm", "quiet"]
_NEVER_KEPT = (forms.PasswordInput, forms.FileInput)


class TypedForm(RevealingForm):
    """`settled` holds answers that stand in place of what the data says, as the inputs would.

    `asks` says which questions are asked on a condition. A form that has to know one answer before
    it can ask the rest sets `step`: the question, and the words of the button that leads on.
    """

    step: tuple[str, str] | None = None

    def __init__(
        self, *args: Any, settled: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        self.settled = dict(settled or {})
        super().__init__(*args, **options)

    @classmethod
    def answers_of(cls, record: Any) -> dict[str, Any]:
        """The answers as the record has them now: what the form begins with, and what a stale
        save is compared with. A form whose answers stand elsewhere says so here.
        """
        return {name: getattr(record, name) for name in cls.base_fields if _has(record, name)}

    @classmethod
    def typed_into(cls, post: QueryDict) -> dict[str, list[str]]:
        """The answers in a post, as they were sent: no password, no file, and nothing else."""
        fields = cls.base_fields.items()
        never = {name for name, field in fields if isinstance(field.widget, _NEVER_KEPT)}
        names = "|".join(map(re.escape, set(cls.base_fields) - never)) or "(?!)"
        ours = re.compile(rf"(?:{names})(?:[-_][\w-]*)?|version|base")
        return {n: texts for n, texts in post.lists() if ours.fullmatch(n) and n not in never}

    @classmethod
    def question(cls, path: str) -> forms.Field | None:
        """A field of its own by name; "phones.number" is one of a group's rows."""
        name, _, within = path.partition(".")
        field = cls.base_fields.get(name)
        if within:
            group = field.form if isinstance(field, Group) else None
            return group.question(within) if group and hasattr(group, "question") else None
        return field.__deepcopy__({}) if field else None

    def rebuild(self, change: str) -> None:
        """Add or drop a row of a group, by the value of its button; nothing is checked yet."""
        name, _, what = change.partition(":")
        if isinstance(self.fields.get(name), Group):
            self.settled[name] = rebuilt(self[name].data, what)
        quiet(self)

    def suggest_at(self, address: str, within: str = "") -> None:
        """Tell look-ups and dates where the page's script asks what is meant; groups their rows."""
        for name, field in self.fields.items():
            if isinstance(field, Group):
                field.suggest = (address, f"{name}.")
            elif hasattr(field, "suggestions") or hasattr(field, "understood"):
                field.widget.attrs["data-peel-suggest"] = f"{address}&field={within}{name}"

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        if html_name in self.settled:
            return self.settled[html_name]
        return super()._widget_data_value(widget, html_name)  # type: ignore[misc]


def _has(record: Any, name: str) -> bool:
    try:
        return bool(record._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


def understanding(field: Any, text: str) -> str:
    """How a date is understood, in words; nothing for what is no date."""
    try:
        value = field.to_python(text)
    except ValidationError:
        return ""
    return str(field.understood(value)) if value is not None else ""
