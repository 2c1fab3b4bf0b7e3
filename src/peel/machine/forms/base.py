"""The base of every command's form: it knows who asks and about which record."""

from typing import TYPE_CHECKING, Any

from peel.machine.ui.forms.base import TypedForm

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.records.models import Record


def storable(text: str) -> bool:
    """Whether PostgreSQL can keep a text: no NUL, and no half of a character."""
    return "\x00" not in text and text.encode(errors="ignore").decode() == text


class CommandForm(TypedForm):
    """Questions of a command. `identity` asks; `record` is what the command is about, if any."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        identity: "Identity | None" = None,
        record: "Record | None" = None,
        **kwargs: Any,
    ) -> None:
        self.identity = identity
        self.record = record
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        for field in self.fields.values():
            if hasattr(field, "bind_identity"):
                field.bind_identity(identity)
