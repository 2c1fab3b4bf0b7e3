"""The page of a command about staff: its form, its refusals, and on to where it leads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.access.models import Appointment, Organisation, Unit, User
from peel.machine.commands.problems import Invalid, NotFound, Problem, Refused
from peel.machine.commands.registry import Command
from peel.machine.forms.base import CommandForm
from peel.machine.pages.reading import identity_of, problem_page, require, to_sign_in
from peel.services.staff import commands, queries
from peel.services.staff.running import run

WARNINGS = {
    "staff.user.deactivate": "Whoever is signed in as this user is signed out at once.",
    "staff.user.set_password": "Whoever is signed in as this user is signed out at once.",
    "staff.user.reset_second_factor": "The authenticator app, the passkeys and the recovery codes"
    " no longer work. At the next sign-in a new one is set up. Make sure that you know who asks.",
    "staff.user.end_sessions": "Whoever is signed in as this user is signed out at once.",
    "staff.delegation.create": "Your colleague acts with this post's role, sees no more than his or"
    " her own clearance allows, and cannot lend the post on. The ledger names both of you.",
    "staff.delegation.end": "Whoever acts for the post is signed out of it at once.",
    "staff.user.end_appointment": "Whoever acts for this post is signed out when it ends.",
    "staff.user.unlock": "The count of wrong passwords and codes begins again. Tries counted by"
    " address are not forgotten.",
}


@dataclass(frozen=True)
class Task:
    """One command on one thing: what it is called, what it starts from, where it leads."""

    command: Command
    caption: str
    back: str
    about: Sequence[UUID] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    initial: Mapping[str, Any] = field(default_factory=dict)
    leads: Callable[[Any], str] = lambda result: ""


Setting = Callable[..., Task]


def page_of(setting: Setting) -> Callable[..., HttpResponseBase]:
    """The view of the task that `setting(identity, …)` gives. It is called within `speaking`."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, **where: Any) -> HttpResponseBase:
        identity = identity_of(request)
        if identity is None:
            return to_sign_in(request)
        try:
            return _answer(request, identity, setting, where)
        except Problem as problem:
            return problem_page(request, problem)

    return view


def _answer(
    request: HttpRequest, identity: Identity, setting: Setting, where: Mapping[str, Any]
) -> HttpResponseBase:
    posted = request.method == "POST"
    with speaking(identity):
        task = setting(identity, **where)
        require(request, task.command.permission, name=task.command.name)
        form_class = task.command.form or CommandForm
        data = request.POST if posted else None
        form = form_class(data, initial=dict(task.initial), identity=identity)
        if not posted or not form.is_valid():
            return _page(request, task, form, 422 if posted else 200)
    try:
        values = {**form.cleaned_data, **task.values}
        result = run(task.command, identity, values, about=task.about)
    except Invalid as problem:
        for name, texts in problem.errors.items():
            for text in texts:
                form.add_error(name if name in form.fields else None, text)
    except Refused as problem:
        form.add_error(None, problem.message)
    else:
        messages.success(request, f"Done: {task.command.title.lower()}.")
        return HttpResponseRedirect(task.leads(result) or task.back)
    with speaking(identity):
        return _page(request, task, form, 422)


def _page(request: HttpRequest, task: Task, form: CommandForm, status: int) -> HttpResponseBase:
    context = {
        "task": task,
        "command": task.command,
        "form": form,
        "warning": WARNINGS.get(task.command.name, ""),
    }
    return TemplateResponse(request, "staff/command.html", context, status=status).render()


def user_url(user_id: UUID) -> str:
    """A user's page."""
    return reverse("staff-user", args=[user_id])


def one_user(identity: Identity, user_id: UUID) -> User:
    """A user within reach. Raises NotFound alike for none and for one beyond reach."""
    found = queries.within_reach(identity).filter(pk=user_id).first()
    if found is None:
        raise NotFound("There is nobody here whom you may see")
    return found


def create_user(identity: Identity) -> Task:
    """A new user."""
    back = reverse("staff-users")
    return Task(commands.create_user, "Staff", back, leads=user_url)


def on_user(identity: Identity, user_id: UUID, slug: str) -> Task:
    """One of the commands on a user."""
    found = dict(commands.of_user(active=True)) | dict(commands.of_user(active=False))
    if slug not in found:
        raise NotFound
    user = one_user(identity, user_id)
    initial = {"name": user.name, "collar_number": user.collar_number, "username": user.username}
    return Task(found[slug], str(user), user_url(user.pk), [user.pk], {"user_id": user.pk}, initial)


def end_appointment(identity: Identity, appointment_id: UUID) -> Task:
    """End a post."""
    post = Appointment.objects.filter(pk=appointment_id).select_related("unit").first()
    if post is None:
        raise NotFound
    user = one_user(identity, post.user_id)
    caption = f"{user}: {post.role_id}, {post.unit or 'no unit'}"
    return Task(
        commands.end_appointment, caption, user_url(user.pk), [user.pk],
        {"appointment_id": post.pk},
    )  # fmt: skip


def create_unit(identity: Identity) -> Task:
    """A new unit."""
    return Task(commands.create_unit, "Units and organisations", reverse("staff-units"))


def rename_unit(identity: Identity, unit_id: UUID) -> Task:
    """Another name for a unit."""
    reach = queries.organisations(identity)
    unit = Unit.objects.filter(pk=unit_id, organisation__in=reach).first()
    if unit is None:
        raise NotFound("There is no unit here that you may see")
    return Task(
        commands.rename_unit, unit.name, reverse("staff-units"), [unit.pk],
        {"unit_id": unit.pk}, {"name": unit.name},
    )  # fmt: skip


def create_organisation(identity: Identity) -> Task:
    """A new organisation."""
    return Task(commands.create_organisation, "Units and organisations", reverse("staff-units"))


def rename_organisation(identity: Identity, organisation_id: UUID) -> Task:
    """Another name for an organisation."""
    reach: dict[UUID, Organisation] = {one.pk: one for one in queries.organisations(identity)}
    found = reach.get(organisation_id)
    if found is None:
        raise NotFound("There is no organisation here that you may see")
    return Task(
        commands.rename_organisation, found.name, reverse("staff-units"), [found.pk],
        {"organisation_id": found.pk}, {"name": found.name, "code": found.code},
    )  # fmt: skip
