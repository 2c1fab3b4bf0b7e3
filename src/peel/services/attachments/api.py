"""The API's operations on the files of a record: list them, send one, read one, say of one."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from peel.kernel.access.identity import speaking
from peel.kernel.base import openapi as describing
from peel.kernel.base.openapi import TEXT, whole
from peel.kernel.files import serving
from peel.kernel.files.uploads import PERMISSION
from peel.kernel.records.filed import Attachment
from peel.machine.api.operations import speaker
from peel.machine.commands import Invalid, run
from peel.machine.pages.reading import one_record, require
from peel.services.attachments import commands, said_api
from peel.services.attachments.forms import AttachForm
from peel.services.attachments.pages import bring_all
from peel.services.attachments.said_api import FACE, faces_json

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

_FILE = whole(
    {name: TEXT for name in ("id", "name", "description", "type", "sha256", "scan", "added_at",
                             "received_from", "taken", "withdrawn")}
    | {"size": {"type": "integer"}, "marking": {"type": "integer"}}
    | {"faces": {"type": "array", "items": FACE}},
    title="File",
)  # fmt: skip
_FILES = {"type": "array", "items": _FILE}
_SENT = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
        **{name: TEXT for name in ("description", "taken", "received_from")},
        "marking": {"type": "integer", "minimum": 1, "maximum": 3},
    },
}
_MADE = whole({"files": _FILES, "refused": {"type": "array", "items": TEXT}})
_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_GOOD: dict[str, dict[int, Any]] = {
    "list": {200: describing.ok("The latest first", _FILES)},
    "send": {201: describing.ok("Attached; `refused` says what was not, and why", _MADE)},
    "content": {
        200: {"description": "The content, always as a download", "content": _BINARY},
        206: {"description": "The part that Range asks for", "content": _BINARY},
        416: {"description": "There is no such part"},
    },
}


def file_json(file: Attachment, identity: "Identity") -> dict[str, Any]:
    """One file as the API shows it. Times are UTC."""
    return files_json([file], identity)[0]


def files_json(files: "Iterable[Attachment]", identity: "Identity") -> list[dict[str, Any]]:
    """Files as the API shows them; the faces on pictures for whoever may open files."""
    listed = list(files)
    pictures = [f for f in listed if f.servable and f.blob.media_type.startswith("image/")]
    faces = faces_json(pictures, identity) if pictures and identity.may(commands.OPEN) else {}
    return [_plain(file) | {"faces": faces.get(file.pk, [])} for file in listed]


def _plain(file: Attachment) -> dict[str, Any]:
    return {
        "id": str(file.pk), "name": file.name, "description": file.description,
        "type": file.blob.media_type, "size": file.blob.size,
        "sha256": bytes(file.blob.sha256).hex(), "scan": file.scan, "marking": file.marking,
        "added_at": file.added_at.isoformat(), "received_from": file.received_from,
        "taken": str(file.taken or ""), "withdrawn": file.withdraw_reason,
    }  # fmt: skip


def add_operations(router: Any, sheet: "Sheet") -> None:
    """Give a sheet's router the operations on files."""
    for name, path, method, view in (
        ("list", "/{reference}/files", "GET", _listing(sheet)),
        ("send", "/{reference}/files", "POST", _sending(sheet)),
        ("content", "/{reference}/files/{file_id}", "GET", _content(sheet)),
    ):
        problems = (404, 413, 415, 422) if name == "send" else (404, 422)
        extra: dict[str, Any] = {
            "parameters": [describing.PURPOSE],
            "responses": describing.responses(_GOOD[name], *problems),
        }
        if name == "send":
            body = {"multipart/form-data": {"schema": _SENT}}
            extra["requestBody"] = {"required": True, "content": body}
        router.add_api_operation(
            path, [method], view, operation_id=f"{sheet.url_name}-files-{name}",
            summary=f"Files of one {sheet.title.lower()}: {name}", openapi_extra=extra,
        )  # fmt: skip
    said_api.add_operations(router, sheet, _FILE, file_json)


def _listing(sheet: "Sheet") -> Callable[..., Any]:
    def listed(request: HttpRequest, reference: str) -> Any:
        with speaking(speaker(request)) as identity:
            require(request, sheet.may.view, name="files.file.list")
            record = one_record(sheet, identity, reference)
            files = Attachment.objects.visible_to(identity).filter(record_id=record.pk)
            return files_json(files.with_content().order_by("-added_at", "-pk"), identity)

    return listed


def _sending(sheet: "Sheet") -> Callable[..., Any]:
    def send(request: HttpRequest, reference: str) -> Any:
        with speaking(speaker(request)) as identity:
            require(request, PERMISSION, name=commands.attach.name)
            record = one_record(sheet, identity, reference)
            sent = {"marking": record.marking} | request.POST.dict()
            form = AttachForm(sent, identity=identity, record=record)
            if not form.is_valid():
                raise Invalid({k: [str(m) for m in v] for k, v in form.errors.items()})
        made, refused = bring_all(request, identity, record, form.cleaned_data)
        if not made:
            raise Invalid({"file": refused})
        with speaking(identity):
            kept = Attachment.objects.filter(pk__in=[file.pk for file in made])
            files = files_json(kept.with_content(), identity)
        return JsonResponse({"files": files, "refused": refused}, status=201)

    return send


def _content(sheet: "Sheet") -> Callable[..., Any]:
    def content(request: HttpRequest, reference: str, file_id: UUID) -> HttpResponseBase:
        with speaking(speaker(request)) as identity:
            require(request, commands.OPEN, name=commands.take.name)
            require(request, sheet.may.view, name=commands.take.name)
            record = one_record(sheet, identity, reference)
        values = {"record_id": record.pk, "file_id": file_id}
        found = run(commands.take, identity, values, subject=record.pk)
        return serving.download(request, found.blob, found.name)

    return content
