"""What fits what is being typed: suggestions of a look-up, and how a date is understood."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from peel.machine.commands.problems import NotFound, NotPermitted
from peel.machine.commands.registry import Command, command_creating, commands, commands_on
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.pages.reading import identity_of, reading, require
from peel.machine.ui.forms.groups import Group

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet


@reading
def suggest(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """Answer for one question of a command's form, to whoever may do the command."""
    command, text = _command(sheet, request.GET.get("for", "")), request.GET.get("q", "")[:200]
    identity = identity_of(request)
    field = _field(command, request.GET.get("field", ""))
    if isinstance(field, LookUpField):
        # A look like any other: what was typed and what is shown stand in the ledger.
        field.bind_identity(require(request, command.permission, name="suggest", query=text))
        found = [vars(one) for one in field.suggestions(text)]
        return JsonResponse({"found": found})
    if identity is None or not identity.may(command.permission):
        raise NotPermitted
    return JsonResponse({"understood": _read(field, text)})


def _command(sheet: "Sheet", name: str) -> Command:
    """The command of that name among those that make or change the kind."""
    command = commands.get(name)
    if command in (command_creating(sheet.model), *commands_on(sheet.model)) and command:
        return command
    raise NotFound


def _field(command: Command, path: str) -> Any:
    """A question of the command's form; "phones.number" is one of a group's rows."""
    form = command.form or CommandForm
    for name in path.split(".")[:-1]:
        group = form.base_fields.get(name)
        form = group.form if isinstance(group, Group) else CommandForm
    field = form.base_fields.get(path.rpartition(".")[2])
    if not (isinstance(field, LookUpField) or hasattr(field, "understood")):
        raise NotFound
    return field.__deepcopy__({})


def _read(field: Any, text: str) -> str:
    try:
        value = field.to_python(text)
    except ValidationError:
        return ""
    return str(field.understood(value)) if value is not None else ""
