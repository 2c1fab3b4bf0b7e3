"""What fits what is being typed: suggestions of a look-up, and how a date is understood."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from peel.machine.commands.problems import NotFound, NotPermitted
from peel.machine.commands.registry import command_creating, commands, commands_on
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.pages.reading import identity_of, reading, require
from peel.machine.ui.forms.base import understanding

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet


@reading
def suggest(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """Answer for one question of a command's form, to whoever may do the command."""
    command, text = commands.get(request.GET.get("for", "")), request.GET.get("q", "")[:200]
    if command is None or command not in (command_creating(sheet.model), *commands_on(sheet.model)):
        raise NotFound
    field = (command.form or CommandForm).question(request.GET.get("field", ""))
    if isinstance(field, LookUpField):
        # A look like any other: what was typed and what is shown stand in the ledger.
        field.bind_identity(require(request, command.permission, name="suggest", query=text))
        return JsonResponse({"found": [vars(one) for one in field.suggestions(text)]})
    identity = identity_of(request)
    if identity is None or not identity.may(command.permission):
        raise NotPermitted
    if not hasattr(field, "understood"):
        raise NotFound
    return JsonResponse({"understood": understanding(field, text)})
