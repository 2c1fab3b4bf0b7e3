"""The derived page of a command: its form, its refusals, and a stale save shown as a difference."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import Officer
from peel.machine.commands.once import Repeated
from peel.machine.commands.problems import Conflict, Invalid, NotFound, Problem, Refused
from peel.machine.commands.registry import Command, command_creating, commands_on
from peel.machine.commands.runner import run
from peel.machine.forms.base import CommandForm
from peel.machine.live.mark import mark
from peel.machine.pages import drafts
from peel.machine.pages.reading import identity_of, one_record, problem_page, require
from peel.machine.ui import parts
from peel.machine.ui.forms import conflicts
from peel.machine.ui.forms.base import REBUILD, quiet

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
    if request.method == "POST" and drafts.KEEP in request.POST:
        return drafts.keep(request, sheet, command, reference)
    if identity is None:
        return drafts.signed_out(request, sheet, command, reference)
    try:
        with speaking(identity):
            page = _Page(request, sheet, command, reference)
            if not page.is_asked_to_do():
                return page.response(page.status)
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
        live = mark() if reference else None
        self.record = one_record(sheet, self.identity, reference) if reference else None
        self.live = live.on(self.record.pk) if live and self.record else None
        self.posted = request.POST if request.method == "POST" else None
        self.begun = drafts.begun(command, sheet, self.record) if self.posted is None else []
        self.draft = next((one for one in self.begun if one.pk == drafts.id_of(request)), None)
        self.base: conflicts.Typed | None = None
        self.missing = False
        self.form = self._form()
        self.conflict: Conflict | None = None
        self.status = 200 if self.posted is None else 422

    def _form(self) -> CommandForm:
        """The form: as posted, as a draft has it, or as the record does."""
        form = self.command.form or CommandForm
        known: dict[str, Any] = {"identity": self.identity, "record": self.record}
        # A link may say which part of a record is meant; never what the record itself answers.
        initial = self._asked(form) | (form.answers_of(self.record) if self.record else {})
        data = drafts.as_posted(self.draft) if self.draft else self.posted
        if data is None:
            made = form(None, initial=initial, **known)
            self.base = conflicts.typed(made, initial)
        else:
            settled, self.missing = conflicts.chosen(data)
            made = form(data, initial=initial, settled=settled, **known)
            # Once it is chosen, what they saved is what the choice was made upon.
            side = conflicts.THEIRS if settled and not self.missing else conflicts.BASE
            self.base = conflicts.carried(data, side)
        if self.draft:
            quiet(made)
        suggests = reverse(f"{self.sheet.url_name}-suggest")
        made.suggest_at(f"{suggests}?{urlencode({'for': self.command.name})}")
        return made

    def _asked(self, form: type[CommandForm]) -> dict[str, str]:
        asked = self.request.GET
        return {name: asked[name] for name in form.base_fields if name in asked}

    def is_asked_to_do(self) -> bool:
        """Whether the command is to be run: not when the form is only rebuilt, or is wrong."""
        if self.posted is None:
            return False
        if change := self.posted.get(REBUILD):
            self.form.rebuild(change)
            self.status = 200
            return False
        if not self.form.is_valid():
            return False
        if self.missing:
            self.conflict = Conflict(self.record)
        return not self.missing

    def do(self) -> HttpResponseBase:
        """Run the command and lead to the record, or show why not."""
        values = dict(self.form.cleaned_data)
        if self.record is not None:
            values |= {"record_id": self.record.pk, "version": self._version()}
        subject = self.record.pk if self.record is not None else None
        sent = drafts.Sent(self.request, self.identity)
        try:
            return self._done(run(self.command, self.identity, values, subject=subject, once=sent))
        except Invalid as problem:
            for field, texts in problem.errors.items():
                for text in texts:
                    self.form.add_error(field if field in self.form.fields else None, text)
        except Refused as problem:
            problem.onto(self.form)
        except Repeated:
            with speaking(self.identity):
                kept = sent.once.kept() if sent.once else None
            return self._done(kept)
        except Conflict as problem:
            self.conflict = problem
        with speaking(self.identity):
            return self.response(409 if self.conflict else 422)

    def _version(self) -> int:
        try:
            return int(self.request.POST.get("version", ""))
        except ValueError:
            raise Invalid({"version": ["The form is incomplete. Open the page again."]}) from None

    def _done(self, result: Any) -> HttpResponseBase:
        record: Any = self.record
        reference = getattr(result, "reference", "") or record.reference
        messages.success(self.request, f"Saved: {self.command.title.lower()}.")
        with speaking(self.identity):
            mine = self.sheet.model.objects.visible_to(self.identity)
            seen = mine.filter(reference=reference).exists()
        to, which = ("page", [reference]) if seen else ("list", [])
        return HttpResponseRedirect(reverse(f"{self.sheet.url_name}-{to}", args=which))

    def response(self, status: int) -> HttpResponseBase:
        """The page, rendered now."""
        current = self.conflict.current if self.conflict else None
        back, flow = self._back(), self.sheet.flow
        context = {
            "sheet": self.sheet, "live": self.live, "live_page": back, "command": self.command,
            "record": self.record, "form": self.form, "version": self._opened_on(),
            "conflict": self._conflict(current) if current is not None else None, "back": back,
            "base": json.dumps(self.base) if self.base else "", "draft": self.draft,
            "draft_id": drafts.id_of(self.request) or "",
            "begun": [] if self.draft else self.begun,
            "state": flow.state(self.record.state) if flow and self.record else None,
        }  # fmt: skip
        page = TemplateResponse(self.request, "machine/command.html", context, status=status)
        return page.render()

    def _opened_on(self) -> int | None:
        """The version that the form speaks of: the draft's, the posted one, else the present."""
        if self.record is None:
            return None
        given = self.draft.version if self.draft else drafts.version_of(self.request)
        return given or int(self.record.version)

    def _conflict(self, current: Any) -> parts.Conflict:
        """The three versions, field by field."""
        latest = self.sheet.model.objects.get(pk=current.pk)
        mine = conflicts.carried(self.posted or {}, conflicts.MINE) if self.missing else None
        found = conflicts.three_ways(self.form, latest, self.base, mine)
        by = Officer.objects.filter(pk=latest.changed_by_id).first()
        return replace(
            found, by=str(by or found.by), cancel=self._back(), missing=self.missing,
            hidden=[*found.hidden, ("draft", str(drafts.id_of(self.request) or ""))],
        )  # fmt: skip

    def _back(self) -> str:
        if self.record is None:
            return reverse(f"{self.sheet.url_name}-list")
        return reverse(f"{self.sheet.url_name}-page", args=[self.record.reference])
