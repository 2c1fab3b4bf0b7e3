"""The pages on which something is said of a file: a face, its name, a portrait, a transcript."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse

from peel.kernel.access.identity import speaking
from peel.machine.commands import Invalid, NotFound, Problem, Refused, run
from peel.machine.commands.registry import Command
from peel.machine.forms.base import CommandForm
from peel.machine.pages.reading import (
    identity_of,
    one_record,
    problem_page,
    reading,
    require,
    to_sign_in,
)
from peel.services.attachments import commands, forms
from peel.services.attachments.addresses import address
from peel.services.attachments.showing import content_of

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet


@dataclass(frozen=True)
class Saying:
    """A command on a file and the form that asks for it."""

    command: Command
    form: type[CommandForm]


SAYINGS: Mapping[str, Saying] = {
    "mark": Saying(commands.mark_face, forms.FaceForm),
    "name": Saying(commands.name_face, forms.NameFaceForm),
    "unmark": Saying(commands.end_face, forms.NoLongerForm),
    "unname": Saying(commands.end_name, forms.NoLongerForm),
    "portrait": Saying(commands.set_portrait, forms.PortraitForm),
    "transcribe": Saying(commands.transcribe, forms.TranscriptForm),
}


def suggest_at(form: CommandForm, found: Any) -> CommandForm:
    """Tell a form's look-up where suggestions are asked for."""
    form.suggest_at(f"{address(found.record, 'file-suggest', found.pk)}?of=nominal")
    return form


def face_form(found: Any, identity: Any) -> CommandForm:
    """The empty form that marks a face, as it stands below a picture."""
    return suggest_at(forms.FaceForm(None, identity=identity, record=found.record), found)


def say(request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID, what: str) -> Any:
    """Ask for what a command on a file needs, and do it."""
    identity, saying = identity_of(request), SAYINGS.get(what)
    if identity is None:
        return to_sign_in(request)
    try:
        if saying is None:
            raise NotFound
        with speaking(identity):
            require(request, sheet.may.view, name=saying.command.name)
            require(request, saying.command.permission, name=saying.command.name)
            record = one_record(sheet, identity, reference)
            found = commands.one_file(identity, record.pk, file_id)
            form = _form(request, saying, found)
            valid = form.is_bound and form.is_valid()
        if valid and _done(request, saying.command, found, form):
            return HttpResponseRedirect(f"{address(found.record, 'file', found.pk)}#content")
        with speaking(identity):
            return _page(request, sheet, found, saying.command, form)
    except Problem as problem:
        return problem_page(request, problem)


def _form(request: HttpRequest, saying: Saying, found: Any) -> CommandForm:
    sent = request.POST if request.method == "POST" else None
    asked = {name: request.GET[name] for name in saying.form.base_fields if name in request.GET}
    identity = identity_of(request)
    form = saying.form(sent, initial=asked, identity=identity, record=found.record)
    return suggest_at(form, found)


def _done(request: HttpRequest, command: Command, found: Any, form: CommandForm) -> bool:
    """Run the command; what it refuses stands on the form."""
    identity = identity_of(request)
    values = {"record_id": found.record_id, "file_id": found.pk, **form.cleaned_data}
    try:
        run(command, identity, values, subject=found.record_id)
    except Invalid as problem:
        for field, texts in problem.errors.items():
            for text in texts:
                form.add_error(field if field in form.fields else None, text)
    except Refused as problem:
        form.add_error(None, problem.message)
    else:
        messages.success(request, f"Saved: {command.title.lower()}.")
        return True
    return False


def _page(
    request: HttpRequest, sheet: "Sheet", found: Any, command: Command, form: CommandForm
) -> HttpResponseBase:
    identity: Any = identity_of(request)
    marks = command is commands.mark_face
    content = content_of(found, identity, "") if marks else None
    context = {
        "sheet": sheet, "record": found.record, "file": found, "command": command, "form": form,
        "back": f"{address(found.record, 'file', found.pk)}#content",
        **(content.about if content else {}), "mark_here": bool(content),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    page = TemplateResponse(request, "attachments/say.html", context, status=status)
    return page.render()


@reading
def suggest(
    request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID
) -> HttpResponseBase:
    """Persons who fit what is typed; a look like any other."""
    text = request.GET.get("q", "")[:200]
    identity = require(request, commands.MARK, name="suggest", query=text)
    require(request, sheet.may.view, name="suggest", query=text)
    record = one_record(sheet, identity, reference)
    commands.one_file(identity, record.pk, file_id)
    field: Any = forms.FaceForm(None, identity=identity).fields["nominal"]
    return JsonResponse({"found": [vars(one) for one in field.suggestions(text)]})
