"""The base of every command's form: it knows who asks and about which record."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist

from peel.machine.ui.forms.conditions import RevealingForm
from peel.machine.ui.forms.groups import REBUILD, Group, quiet, rebuilt

if TYPE_CHECKING:
    from django import forms

    from peel.kernel.access.identity import Identity
    from peel.kernel.records.models import Record


def storable(text: str) -> bool:
    """Whether PostgreSQL can keep a text: no NUL, and no half of a character."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


class CommandForm(RevealingForm):
    """Questions of a command. `identity` asks; `record` is what the command is about, if any.

    `asks` says which questions are asked on a condition. `settled` holds answers that stand in
    place of what the data says; they are as the inputs would give them.
    """

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        identity: "Identity | None" = None,
        record: "Record | None" = None,
        settled: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.identity = identity
        self.record = record
        self.settled = dict(settled or {})
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        for field in self.fields.values():
            if hasattr(field, "bind_identity"):
                field.bind_identity(identity)

    @classmethod
    def answers_of(cls, record: Any) -> dict[str, Any]:
        """The answers as the record has them now: what the form begins with, and what a stale
        save is compared with. A form whose answers stand elsewhere says so here.
        """
        return {name: getattr(record, name) for name in cls.base_fields if _has(record, name)}

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

    def _widget_data_value(self, widget: "forms.Widget", html_name: str) -> Any:
        if html_name in self.settled:
            return self.settled[html_name]
        return super()._widget_data_value(widget, html_name)  # type: ignore[misc]


def _has(record: Any, name: str) -> bool:
    try:
        return bool(record._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


__all__ = ["REBUILD", "CommandForm", "quiet", "storable"]
