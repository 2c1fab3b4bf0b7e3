"""The register of commands by name, and the decorator that makes one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peel.kernel.audit.ledger import Act
from peel.kernel.records.models import Record
from peel.machine.forms.base import CommandForm

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


@dataclass(frozen=True)
class Command:
    """A write. `function(work, **values)` makes the change; `run` does everything around it.

    `creates` names the kind that it makes, `on` the kind whose records it changes; a command with
    a form and one of the two gets a page and an API operation. `offered` tells whether the button
    is shown for a record.
    """

    name: str
    title: str
    permission: str
    function: Callable[..., Any]
    act: Act = Act.ALTERATION
    form: type[CommandForm] | None = None
    creates: type[Record] | None = None
    on: type[Record] | None = None
    offered: Callable[[Any, "Identity"], bool] = lambda record, identity: True

    # A template that names a command means its title, not that it be done.
    do_not_call_in_templates = True

    @property
    def slug(self) -> str:
        """The name as it stands in a URL: "add-name", and "link-end" where any kind has it."""
        parts = self.name.split(".")
        return "-".join(parts[1:] if self.on is Record else parts[-1:]).replace("_", "-")

    def __call__(self, work: Any, **values: Any) -> Any:
        """Do the change inside another command's work."""
        return self.function(work, **values)


commands: dict[str, Command] = {}
# What histories call writes that are no commands, such as a load: title by `changed_through`.
other_writers: dict[str, str] = {}


def command(
    name: str,
    *,
    title: str,
    permission: str,
    act: Act = Act.ALTERATION,
    form: type[CommandForm] | None = None,
    creates: type[Record] | None = None,
    on: type[Record] | None = None,
    offered: Callable[[Any, "Identity"], bool] = lambda record, identity: True,
) -> Callable[[Callable[..., Any]], Command]:
    """Register the function below as the command `name` ("pole.nominal.add_name")."""

    def register(function: Callable[..., Any]) -> Command:
        made = Command(name, title, permission, function, act, form, creates, on, offered)
        return add(made)

    return register


def add(made: Command) -> Command:
    """Put a command on the register. Raises ValueError for a name that is taken."""
    if made.name in commands:
        raise ValueError(f"two commands are called {made.name!r}")
    commands[made.name] = made
    return made


def commands_on(model: type[Record]) -> list[Command]:
    """The commands that change a record of this kind and have a form, in order of making."""
    return [c for c in commands.values() if c.on is not None and issubclass(model, c.on) and c.form]


def command_creating(model: type[Record]) -> Command | None:
    """The command that makes a record of this kind."""
    return next((c for c in commands.values() if c.creates is model), None)
