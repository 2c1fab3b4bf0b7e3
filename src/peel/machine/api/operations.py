"""The operations of one sheet: list, read, history, create, and each command on a record."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from peel.kernel.access.identity import speaking
from peel.machine import registry
from peel.machine.api.reading import answered, body_of, decided_on, etag, tags_of
from peel.machine.api.refusals import Unreadable
from peel.machine.api.shapes import record_json, version_json
from peel.machine.commands.once import Once, Repeated
from peel.machine.commands.problems import Invalid, NotPermitted
from peel.machine.commands.registry import Command, command_creating, commands_on
from peel.machine.commands.runner import run
from peel.machine.pages.reading import one_record, require
from peel.machine.queries.asking import read_question
from peel.machine.queries.facets import count
from peel.machine.queries.history import history
from peel.machine.queries.listing import list_page

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

MOST = 100
LONGEST_KEY = 255


def router_of(sheet: "Sheet") -> Router:
    """All operations of a sheet, under its kind's path."""
    router = Router(tags=[sheet.title_plural])
    stem = sheet.url_name
    for path, view, name in (
        ("/", _listing(sheet), "list"),
        ("/{reference}", _one(sheet), "read"),
        ("/{reference}/history", _versions(sheet), "history"),
    ):
        router.add_api_operation(path, ["GET"], view, operation_id=f"{stem}-{name}")
    creating = command_creating(sheet.model)
    if creating is not None:
        _write(router, sheet, creating, "/", on_record=False)
    for command in commands_on(sheet.model):
        _write(router, sheet, command, "/{reference}/" + command.slug, on_record=True)
    for part in registry.parts():
        part.operations(router, sheet)
    return router


def speaker(request: HttpRequest) -> "Identity":
    """Who calls."""
    identity: Identity | None = getattr(request, "identity", None)
    if identity is None:
        raise NotPermitted
    return identity


def limit_of(request: HttpRequest, usual: int) -> int:
    """How many the caller wants at once. Raises Invalid unless it is 1 to 100."""
    said = request.GET.get("limit", str(usual))
    if not (said.isascii() and said.isdecimal() and len(said) <= 3 and 1 <= int(said) <= MOST):
        raise Invalid({"limit": [f"Give a number from 1 to {MOST}."]})
    return int(said)


def linked(
    request: HttpRequest, answer: HttpResponse, parameter: str, **words: str | None
) -> HttpResponse:
    """Name the neighbouring pages in the header Link (RFC 8288): by relation, each place's word."""
    links = []
    for relation, word in words.items():
        if word:
            query = request.GET.copy()
            query[parameter] = word
            links.append(f'<{request.path}?{query.urlencode()}>; rel="{relation}"')
    if links:
        answer["Link"] = ", ".join(links)
    return answer


def _listing(sheet: "Sheet") -> Callable[..., HttpResponse]:
    def listing(request: HttpRequest) -> HttpResponse:
        identity = speaker(request)
        with speaking(identity):
            require(
                request, sheet.may.view, name=f"{sheet.kind}.list", query=request.GET.urlencode()
            )
            asked = read_question(sheet, request.GET)
            asked = replace(asked, size=limit_of(request, asked.size))
            listed = list_page(sheet, identity, asked)
            counted = count(sheet, identity, asked)
            body = {
                "items": [record_json(sheet, record) for record in listed.rows],
                "next": listed.next,
                "previous": listed.previous,
                "total": counted.total,
                "total_is_more": counted.more,
                "facets": {g.name: {v.value: v.count for v in g.values} for g in counted.groups},
            }
        return linked(request, JsonResponse(body), "at", next=listed.next, prev=listed.previous)

    return listing


def _one(sheet: "Sheet") -> Callable[..., HttpResponse]:
    def one(request: HttpRequest, reference: str) -> HttpResponse:
        identity = speaker(request)
        with speaking(identity):
            require(request, sheet.may.view, name=f"{sheet.kind}.view")
            record = one_record(sheet, identity, reference)
            tags = [tag.removeprefix("W/") for tag in tags_of(request, "If-None-Match")]
            if etag(record) in tags or "*" in tags:
                return HttpResponse(status=304, headers={"ETag": etag(record)})
            return JsonResponse(record_json(sheet, record), headers={"ETag": etag(record)})

    return one


def _versions(sheet: "Sheet") -> Callable[..., HttpResponse]:
    def versions(request: HttpRequest, reference: str) -> HttpResponse:
        identity = speaker(request)
        with speaking(identity):
            require(request, sheet.may.view, name=f"{sheet.kind}.history")
            record = one_record(sheet, identity, reference)
            told = [version_json(version) for version in history(sheet, record)]
        return JsonResponse(told, safe=False)

    return versions


def _write(router: Router, sheet: "Sheet", command: Command, path: str, *, on_record: bool) -> None:
    def create(request: HttpRequest) -> HttpResponse:
        return _Call(request, sheet, command, None).answer()

    def change(request: HttpRequest, reference: str) -> HttpResponse:
        return _Call(request, sheet, command, reference).answer()

    router.add_api_operation(
        path,
        ["POST"],
        change if on_record else create,
        operation_id=f"{sheet.url_name}-{command.slug}",
        summary=command.title,
    )


class _Call:
    """One call of a command."""

    def __init__(
        self, request: HttpRequest, sheet: "Sheet", command: Command, reference: str | None
    ) -> None:
        self.request, self.sheet, self.command = request, sheet, command
        self.reference = reference
        self.identity = speaker(request)

    def answer(self) -> HttpResponse:
        """Do it, or tell again what came of it when it was done before."""
        given = body_of(self.request)
        once = self._once()
        subject, record = None, None
        with speaking(self.identity):
            require(self.request, self.command.permission, name=self.command.name)
            if once and (kept := once.kept()):
                return self._told(kept.reference or self.reference, again=True)
            if self.reference is not None:
                record = one_record(self.sheet, self.identity, self.reference)
            version = decided_on(self.request, given, record) if record is not None else None
            values = answered(self.command, self.identity, record, given)
        if record is not None:
            subject = record.pk
            values |= {"record_id": record.pk, "version": version}
        try:
            made = run(self.command, self.identity, values, subject=subject, once=once)
        except Repeated:
            # Another call with the same key was quicker: what it did is what this one asked for.
            made = None
        with speaking(self.identity):
            if made is None and once and (kept := once.kept()):
                return self._told(kept.reference or self.reference, again=True)
            return self._told(getattr(made, "reference", self.reference))

    def _once(self) -> Once | None:
        key = self.request.headers.get("Idempotency-Key", "").strip().strip('"')
        if not key:
            return None
        if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
            raise Unreadable(f"An Idempotency-Key has at most {LONGEST_KEY} plain characters.")
        said = [self.request.method, self.request.path, self.request.headers.get("If-Match", "")]
        call = urlencode([(str(n), part or "") for n, part in enumerate(said)]).encode()
        return Once(self.identity, key, hashlib.sha256(call + b"\n" + self.request.body).digest())

    def _told(self, reference: str | None, *, again: bool = False) -> HttpResponse:
        """The record as it stands; one that its writer no longer sees, by its reference alone."""
        seen = (
            self.sheet.model.objects.visible_to(self.identity).filter(reference=reference).first()
        )
        where = self.request.path
        response = JsonResponse(
            record_json(self.sheet, seen) if seen else {"reference": reference},
            status=201 if self.reference is None else 200,
        )
        if seen:
            response["ETag"] = etag(seen)
        if self.reference is None:
            response["Location"] = f"{where}{reference}"
        if again:
            response["Idempotency-Replayed"] = "true"
        return response
