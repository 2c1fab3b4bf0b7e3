"""Drafts: what is typed into a command's page is kept on the server, and offered again.

Nothing is kept in the browser, for computers are shared. A draft is no record: keeping it asks for
the command's permission and a record that one may see, and writes no line in the ledger.
"""

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from peel.kernel.access.identity import speaking
from peel.kernel.access.middleware import ENDED, to_sign_in
from peel.kernel.audit import looks
from peel.kernel.base import clock, references
from peel.kernel.base.ids import uuid7
from peel.machine import registry
from peel.machine.commands.once import Once
from peel.machine.commands.problems import NotFound, NotPermitted, Problem
from peel.machine.commands.registry import Command, commands
from peel.machine.forms.base import CommandForm, storable
from peel.machine.models import Draft
from peel.machine.pages.reading import identity_of, reading

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

# The field by which a page's script asks that what it sends be kept and nothing done.
KEEP = "keep_draft"
LARGEST = 65_536
MOST = 100


class _Unkept(Exception):
    """What was typed cannot be kept; the message says why."""


def typed(form: type[CommandForm], post: QueryDict) -> dict[str, list[str]]:
    """What of a post may be kept: the answers to the form's questions."""
    data = form.typed_into(post)
    if not all(map(storable, [*data, *(text for texts in data.values() for text in texts)])):
        raise _Unkept("It holds characters that cannot be kept.")
    if len(json.dumps(data)) > LARGEST:
        raise _Unkept("It is too long to be kept as a draft.")
    return data


def keep(
    request: HttpRequest, sheet: "Sheet", command: Command, reference: str | None
) -> HttpResponseBase:
    """Keep what the page sends every few seconds; say when, and which draft to send it to again."""
    identity = identity_of(request)
    try:
        if identity is None:
            key = keep_signed_out(request, sheet, command, reference)
            return JsonResponse({"kept": key is not None, "draft": key or ""}, status=401)
        if not identity.may(command.permission):
            raise NotPermitted
        with speaking(identity):
            key = _put(request, identity, sheet, command, reference)
    except _Unkept as problem:
        return JsonResponse({"title": str(problem)}, status=422)
    except Problem as problem:
        return JsonResponse({"title": problem.title}, status=problem.status)
    return JsonResponse({"kept": f"{clock.london(clock.now()):%H:%M}", "draft": key})


def _put(
    request: HttpRequest, identity: "Identity", sheet: "Sheet", command: Command,
    reference: str | None,
) -> UUID:  # fmt: skip
    key, data = id_of(request) or uuid7(), typed(command.form or CommandForm, request.POST)
    record_id = _visible(sheet, identity, reference) if reference else None
    about: dict[str, Any] = {"command": command.name, "kind": sheet.kind, "record_id": record_id}
    held = Draft.objects.filter(pk=key, **about)
    if held.update(data=data, changed_at=clock.now()):
        return key
    if Draft.objects.count() >= MOST:
        raise _Unkept(f"You have {MOST} drafts. Delete some, then more can be kept.")
    # A key that is another's is taken without a word, and nothing of his is touched.
    about |= {"appointment_id": identity.appointment_id, "version": version_of(request)}
    Draft.objects.bulk_create([Draft(pk=key, data=data, **about)], ignore_conflicts=True)
    return key


def _visible(sheet: "Sheet", identity: "Identity", reference: str) -> UUID:
    """The record's key, if it may be seen. Only the key is read, so this is no look at it."""
    try:
        normal = references.normalise(reference)
    except ValidationError:
        raise NotFound from None
    rows = sheet.model.objects.visible_to(identity).filter(reference=normal)
    found: UUID | None = rows.values_list("pk", flat=True).first()
    if found is None:
        raise NotFound
    return found


def keep_signed_out(
    request: HttpRequest, sheet: "Sheet", command: Command, reference: str | None
) -> UUID | None:
    """Keep a post whose session had run out, for whoever held it; the draft, if it was kept."""
    token, key = request.COOKIES.get(settings.PEEL_IDENTITY_COOKIE, ""), id_of(request) or uuid7()
    try:
        about = references.normalise(reference) if reference else ""
        data = typed(command.form or CommandForm, request.POST)
    except (ValidationError, _Unkept):
        return None
    if not token or not storable(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select machine.keep_draft(%s, %s, %s, %s, %s, %s, %s::jsonb)",
            [token, key, command.name, sheet.kind, about, version_of(request), json.dumps(data)],
        )
        return key if cursor.fetchone()[0] else None


def signed_out(
    request: HttpRequest, sheet: "Sheet", command: Command, reference: str | None
) -> HttpResponseBase:
    """The way to sign in. What was posted is kept first, and is there afterwards."""
    if request.method != "POST":
        return to_sign_in(request)
    where = request.path
    if key := keep_signed_out(request, sheet, command, reference):
        where += f"?{urlencode({'draft': key})}"
    asked = {"next": where} | ({ENDED: "1"} if getattr(request, "identity_ended", False) else {})
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode(asked)}")


def id_of(request: HttpRequest) -> UUID | None:
    """The draft that the page names."""
    try:
        return UUID((request.POST if request.method == "POST" else request.GET)["draft"])
    except (KeyError, ValueError):
        return None


def version_of(request: HttpRequest) -> int | None:
    """The version of the record that a post says it was opened on."""
    text = request.POST.get("version", "")
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


class Sent:
    """A form that was sent: done once however often it comes, and its draft goes with it.

    Its CSRF token is drawn anew for each page: with the answers it names one sending.
    """

    def __init__(self, request: HttpRequest, identity: "Identity") -> None:
        self.draft, said = id_of(request), sorted(request.POST.lists())
        call = json.dumps([request.path, *(each for each in said if each[0] != "draft")]).encode()
        named = "csrfmiddlewaretoken" in request.POST
        key = hashlib.sha256(call)
        self.once = Once(identity, f"form {key.hexdigest()}", key.digest()) if named else None

    def claim(self) -> None:
        """Raises Repeated for what was done already."""
        if self.once:
            self.once.claim()

    def keep(self, result: Any) -> None:
        """It was done: there is nothing left to go on with."""
        if self.once:
            self.once.keep(result)
        if self.draft:
            Draft.objects.filter(pk=self.draft).delete()


def begun(command: Command, sheet: "Sheet", record: Any) -> list[Draft]:
    """One's own drafts for this page, the latest first. Call within `speaking`."""
    fits = Draft.objects.filter(command=command.name, kind=sheet.kind, record=record)
    return list(fits.order_by("-changed_at")[:5])


def as_posted(draft: Draft) -> QueryDict:
    """A draft's answers as the browser would send them."""
    data = QueryDict(mutable=True)
    for name, texts in draft.data.items():
        data.setlist(name, texts)
    return data


@reading
def show_drafts(request: HttpRequest) -> HttpResponseBase:
    """Everything that one has begun and not sent."""
    looks.describe(name="drafts")
    drafts = Draft.objects.select_related("record").order_by("-changed_at")
    return TemplateResponse(request, "machine/drafts.html", {"drafts": list(map(_line, drafts))})


def _line(draft: Draft) -> dict[str, Any]:
    """A draft and where it is gone on with; of a command that is gone, its name alone."""
    looks.note([draft.record_id] if draft.record_id else [])
    command = commands.get(draft.command)
    if command is None:
        return {"draft": draft, "title": draft.command, "href": ""}
    name, args = f"{registry.sheet_of(draft.kind).url_name}-create", []
    if draft.record is not None:
        name, args = name.replace("-create", "-command"), [draft.record.reference, command.slug]
    where = f"{reverse(name, args=args)}?{urlencode({'draft': draft.pk})}"
    return {"draft": draft, "title": command.title, "href": where}


@reading
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """Delete one's own draft; there is nothing to say of one that is gone already."""
    Draft.objects.filter(pk=draft_id).delete()
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = reverse("drafts")
    return HttpResponseRedirect(back)
