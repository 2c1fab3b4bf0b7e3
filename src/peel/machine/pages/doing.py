"""The derived page of a command: its form, its refusals, and a stale save shown as a difference."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import Officer
from peel.machine.commands.problems import Conflict, Invalid, NotFound, Problem, Refused
from peel.machine.commands.registry import Command, command_creating, commands_on
from peel.machine.commands.runner import run
from peel.machine.forms.base import CommandForm
from peel.machine.pages.reading import identity_of, one_record, problem_page, require, to_sign_in
from peel.machine.show import of_record, shown
from peel.machine.ui import parts

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet


def show_create(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """The page that makes a record of the sheet's kind."""
    command = command_creating(sheet.model)
    if command is None:
        raise LookupError(f"{sheet.kind} has no command that creates")
    return _answer(request, sheet, command, None)


def show_command(
    request: HttpRequest, sheet: "Sheet", reference: str, slug: str
) -> HttpResponseBase:
    """The page of a command on one record."""
    command = next((c for c in commands_on(sheet.model) if c.slug == slug), None)
    if command is None:
        return problem_page(request, NotFound())
    return _answer(request, sheet, command, reference)


def _answer(
    request: HttpRequest, sheet: "Sheet", command: Command, reference: str | None
) -> HttpResponseBase:
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        with speaking(identity):
            page = _Page(request, sheet, command, reference)
            if request.method != "POST" or not page.form.is_valid():
                return page.response(200 if request.method != "POST" else 422)
        return page.do()
    except Problem as problem:
        return problem_page(request, problem)


class _Page:
    """One answer to one request for a command's page. Made and rendered within `speaking`."""

    def __init__(
        self, request: HttpRequest, sheet: "Sheet", command: Command, reference: str | None
    ) -> None:
        self.request, self.sheet, self.command = request, sheet, command
        # The line for a page that is only opened: what is shown of the record is a look at it.
        self.identity = require(request, command.permission, name=command.name)
        self.record = one_record(sheet, self.identity, reference) if reference else None
        self.form = self._form()
        self.conflict: Conflict | None = None

    def _form(self) -> CommandForm:
        form = self.command.form or CommandForm
        data = self.request.POST if self.request.method == "POST" else None
        initial = {
            name: getattr(self.record, name)
            for name in form.base_fields
            if self.record is not None and hasattr(self.record, name)
        }
        if self.record is None:
            initial = {
                name: self.request.GET[name]
                for name in form.base_fields
                if name in self.request.GET
            }
        return form(data, initial=initial, identity=self.identity, record=self.record)

    def do(self) -> HttpResponseBase:
        """Run the command and lead to the record, or show why not."""
        values = dict(self.form.cleaned_data)
        if self.record is not None:
            values |= {"record_id": self.record.pk, "version": self._version()}
        subject = self.record.pk if self.record is not None else None
        try:
            result = run(self.command, self.identity, values, subject=subject)
        except Invalid as problem:
            for field, texts in problem.errors.items():
                for text in texts:
                    self.form.add_error(field if field in self.form.fields else None, text)
        except Refused as problem:
            self.form.add_error(None, problem.message)
        except Conflict as problem:
            self.conflict = problem
        else:
            return self._done(result)
        with speaking(self.identity):
            return self.response(409 if self.conflict else 422)

    def _version(self) -> int:
        try:
            return int(self.request.POST.get("version", ""))
        except ValueError:
            raise Invalid({"version": ["The form is incomplete. Open the page again."]}) from None

    def _done(self, result: Any) -> HttpResponseBase:
        record: Any = result if hasattr(result, "reference") else self.record
        messages.success(self.request, f"Saved: {self.command.title.lower()}.")
        with speaking(self.identity):
            seen = self.sheet.model.objects.visible_to(self.identity).filter(pk=record.pk).exists()
        if not seen:
            return HttpResponseRedirect(reverse(f"{self.sheet.url_name}-list"))
        return HttpResponseRedirect(reverse(f"{self.sheet.url_name}-page", args=[record.reference]))

    def response(self, status: int) -> HttpResponseBase:
        """The page, rendered now."""
        current = self.conflict.current if self.conflict else None
        context = {
            "sheet": self.sheet,
            "command": self.command,
            "record": self.record,
            "form": self.form,
            "version": (current or self.record).version if self.record is not None else None,
            "conflict": self._conflict(current) if current is not None else None,
            "back": self._back(),
            "state": self.sheet.flow.state(self.record.state)
            if self.record is not None and self.sheet.flow
            else None,
        }
        page = TemplateResponse(self.request, "machine/command.html", context, status=status)
        return page.render()

    def _conflict(self, current: Any) -> parts.Conflict:
        """Both versions, field by field: theirs as saved, yours as typed."""
        latest = self.sheet.model.objects.get(pk=current.pk)
        by = Officer.objects.filter(pk=latest.changed_by_id).first()
        return parts.Conflict(
            by=str(by or "Another officer"),
            at=latest.changed_at,
            version=latest.version,
            fields=[self._disputed(name, latest) for name in self.form.fields],
            cancel=self._back(),
        )

    def _disputed(self, name: str, latest: Any) -> parts.Disputed:
        bound = self.form[name]
        label = str(bound.field.label or name)
        yours_value = bound.data if bound.data is not None else ""
        if not hasattr(latest, name):
            return parts.Disputed(name, label, yours_value, "", yours_value, "", differs=True)
        value = getattr(latest, name)
        theirs_value = bound.field.prepare_value(value)
        theirs = of_record(self.sheet, latest, name)
        yours = shown(self.sheet, name, self.form.cleaned_data.get(name))
        return parts.Disputed(
            name, label, yours, theirs, str(yours_value),
            "" if theirs_value is None else str(theirs_value), differs=theirs != yours,
        )  # fmt: skip

    def _back(self) -> str:
        if self.record is None:
            return reverse(f"{self.sheet.url_name}-list")
        return reverse(f"{self.sheet.url_name}-page", args=[self.record.reference])
