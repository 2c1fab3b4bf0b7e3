"""One's own API tokens, and those of programs: the list, a new one shown once, replaced, ended."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import ApiToken, Appointment, Officer
from peel.kernel.audit import looks
from peel.kernel.base import clock
from peel.machine.commands.problems import Invalid, NotFound, Problem, Refused
from peel.machine.commands.registry import Command
from peel.machine.pages.reading import identity_of, problem_page, reading, require, to_sign_in
from peel.machine.ui import parts
from peel.services.programs import commands, forms, rules
from peel.services.staff import queries
from peel.services.staff.pages import tabs
from peel.services.staff.running import run

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

HEADINGS = ("Name", "May do", "Ends", "Last used", "State", "Change")
OWN, PROGRAMS = "api-tokens", "staff-programs"


@require_safe
@reading
def show_own(request: HttpRequest) -> HttpResponseBase:
    """My tokens, of all my appointments."""
    identity: Any = identity_of(request)
    looks.describe(name="programs.tokens")
    found = _tokens().filter(user_id=identity.user_id)
    context = {"table": _table(list(found)), "may_make": identity.may(rules.MAKE)}
    return TemplateResponse(request, "programs/tokens.html", context)


@require_safe
@reading
def show_programs(request: HttpRequest) -> HttpResponseBase:
    """The programs within reach, each with its tokens."""
    identity = require(request, rules.MANAGE, name="programs.programs")
    groups = []
    for post in _programs(identity):
        held = list(_tokens().filter(appointment_id=post.pk))
        new = reverse("staff-program-token", args=[post.pk])
        groups.append({"post": post, "table": _table(held), "new": new if post.current else ""})
    context = {**tabs.around(identity, PROGRAMS), "groups": groups}
    return TemplateResponse(request, "programs/programs.html", context)


def _programs(identity: "Identity") -> Any:
    reach = queries.organisations(identity)
    posts = Appointment.objects.filter(role__system=True, organisation__in=reach).values("pk")
    return Officer.objects.filter(pk__in=posts).order_by("name", "pk")


def _tokens() -> Any:
    return ApiToken.objects.defer("token_hash").select_related("appointment")


def _table(held: list[ApiToken]) -> parts.Table:
    rows = []
    for token in held:
        state, colour = _state(token)
        used = parts.Cell(token.last_used or "Never", hint=token.last_address or "")
        may = ", ".join(token.scopes[:3]) + (" …" if len(token.scopes) > 3 else "")
        where = reverse("api-token-end", args=[token.pk])
        change = parts.Cell("Replace or end", href=where) if colour == "green" else ""
        name = parts.Cell(token.name, hint=f"{token.hint}…")
        rows.append(
            parts.Row([name, may, token.expires, used, parts.Cell(state, tag=colour), change])
        )
    return parts.Table("Tokens", [parts.Column(h) for h in HEADINGS], rows, "No token yet.", True)


def _state(token: ApiToken) -> tuple[str, str]:
    if token.ended_at is not None:
        return "Ended", "grey"
    return ("Expired", "grey") if token.expires <= clock.now() else ("Holds", "green")


class _Task:
    """One command on one token or program. Made within `speaking`.

    Raises NotFound alike for what is not there and for what is beyond reach.
    """

    def __init__(self, identity: "Identity", what: str, key: UUID | None) -> None:
        self.post: Any = None
        self.old: ApiToken | None = None
        self.back = reverse(OWN)
        self.values: dict[str, Any] = {}
        if what in ("end", "replace"):
            self._on_token(identity, what, key)
        elif what == "program":
            self.command: Command = commands.create_program
            self.back = reverse(PROGRAMS)
        else:
            self.command = commands.make_for_program if key else commands.make
            found = _programs(identity).filter(pk=key).values("pk") if key else None
            mine = found if found is not None else [identity.appointment_id]
            self.post = Appointment.objects.filter(pk__in=mine).first()
            if self.post is None:
                raise NotFound
            self.values = {"post": self.post}
            self.back = reverse(PROGRAMS) if key else self.back

    def _on_token(self, identity: "Identity", what: str, key: UUID | None) -> None:
        self.old = _tokens().filter(pk=key, ended_at=None).first()
        if self.old is None:
            raise NotFound
        own = self.old.user_id == identity.user_id
        if what == "replace":
            self.command = commands.replace
        else:
            self.command = commands.end if own else commands.end_of_program
        self.back = reverse(OWN if own else PROGRAMS)
        self.values = {"old": self.old}


@require_http_methods(["GET", "HEAD", "POST"])
def show_task(request: HttpRequest, what: str, key: UUID | None = None) -> HttpResponseBase:
    """The page of one command; a token that was made is shown on the answer, once."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        return _answer(request, identity, what, key)
    except Problem as problem:
        return problem_page(request, problem)


def _answer(
    request: HttpRequest, identity: "Identity", what: str, key: UUID | None
) -> HttpResponseBase:
    posted = request.method == "POST"
    with speaking(identity):
        task = _Task(identity, what, key)
        require(request, task.command.permission, name=task.command.name)
        more = {"post": task.post} if task.post is not None else {}
        form: Any = (task.command.form or forms.CommandForm)(
            request.POST if posted else None, identity=identity, **more
        )
        if not posted or not form.is_valid():
            return _page(request, task, form, 422 if posted else 200)
    try:
        about = [task.old.user_id] if task.old else []
        made = run(task.command, identity, {**form.cleaned_data, **task.values}, about=about)
    except Invalid as problem:
        for name, texts in problem.errors.items():
            form.add_error(name if name in form.fields else None, texts)
    except Refused as problem:
        form.add_error(None, problem.message)
    else:
        return _done(request, task, made)
    with speaking(identity):
        return _page(request, task, form, 422)


def _done(request: HttpRequest, task: _Task, made: Any) -> HttpResponseBase:
    if isinstance(made, str):
        context = {"token": made, "back": task.back}
        return TemplateResponse(request, "programs/token.html", context).render()
    messages.success(request, f"Done: {task.command.title.lower()}.")
    return HttpResponseRedirect(task.back)


def _page(request: HttpRequest, task: _Task, form: Any, status: int) -> HttpResponseBase:
    context = {"task": task, "command": task.command, "form": form}
    return TemplateResponse(request, "programs/command.html", context, status=status).render()
