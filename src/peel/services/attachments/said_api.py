"""The API's operations on what is said of files: faces, whose they are, portraits, transcripts."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, JsonResponse

from peel.kernel.access.identity import speaking
from peel.kernel.audit import looks
from peel.kernel.base import openapi as describing
from peel.kernel.base.openapi import TEXT, whole
from peel.machine.api.operations import speaker
from peel.machine.api.reading import answered, body_of
from peel.machine.commands import NotFound, run
from peel.machine.pages.reading import one_record, require
from peel.pole.identity.api import members
from peel.services.attachments import commands
from peel.services.attachments.faces import PERSON, Image, images_of, known_names, portrait_of
from peel.services.attachments.marking import SAYINGS
from peel.services.attachments.models import Face

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.records.filed import Attachment
    from peel.machine.sheets import Sheet

_SHARE = {"type": "number", "minimum": 0, "maximum": 100}
_NAME = whole({name: TEXT for name in ("id", "reference", "title", "by", "at")})
FACE = whole(
    {"id": TEXT}
    | {side: _SHARE for side in ("left", "top", "width", "height")}
    | {"names": {"type": "array", "items": _NAME}},
    title="Face",
    description="An area of the picture in per cent, and whose face it was said to be",
)
_IMAGE = whole({name: TEXT for name in ("record", "file", "name", "face", "by")}, title="Image")
_IMAGES = whole({"portrait": {"anyOf": [_IMAGE, {"type": "null"}]},
                 "images": {"type": "array", "items": _IMAGE}})  # fmt: skip
_SAID = {
    "type": "object",
    "additionalProperties": False,
    "properties": {name: TEXT for name in ("which", "nominal", "reason", "text")}
    | {side: _SHARE for side in ("left", "top", "width", "height")},
    "description": "mark: the area, and `nominal` if known. name: `which` face, `nominal`. unmark,"
    " unname: `which` face or name, `reason`. portrait: `which` name, or none for the file of a"
    " person; `reason`. transcribe: `text`.",
}


def faces_json(files: "Iterable[Attachment]", identity: "Identity") -> dict[UUID, list[Any]]:
    """The faces of several files, each with the names that `identity` may know. Two queries."""
    keys = [file.pk for file in files]
    found: dict[UUID, list[Any]] = {key: [] for key in keys}
    rows = Face.objects.filter(attachment_id__in=keys, ended_at=None)
    names = Prefetch("names", known_names(identity), to_attr="known")
    for face in rows.prefetch_related(names).order_by("left", "top", "pk"):
        looks.note(name.nominal_id for name in face.known)
        area = {side: float(getattr(face, side)) for side in ("left", "top", "width", "height")}
        told = [
            {"id": str(name.pk), "reference": name.nominal.reference, "title": name.nominal.title,
             "by": str(name.asserted_by_id), "at": name.asserted_at.isoformat()}
            for name in face.known
        ]  # fmt: skip
        found[face.attachment_id].append({"id": str(face.pk), **area, "names": told})
    return found


def add_operations(router: Any, sheet: "Sheet", file_shape: Any, told: Callable[..., Any]) -> None:
    """Give a sheet's router what is said of its files; `told(file, identity)` is one as JSON."""
    router.add_api_operation(
        "/{reference}/files/{file_id}/{what}", ["POST"], _saying(sheet, told),
        operation_id=f"{sheet.url_name}-files-say",
        summary=f"Say something of a file of one {sheet.title.lower()}: {', '.join(SAYINGS)}",
        openapi_extra={
            "parameters": [describing.PURPOSE],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _SAID}},
            },
            "responses": describing.responses(
                {200: describing.ok("The file as it is now", file_shape)},
                *describing.WRITES, 404,
            ),
        },
    )  # fmt: skip
    if sheet.kind == "pole.nominal":
        good = {200: describing.ok("The portrait, and every picture", _IMAGES)}
        router.add_api_operation(
            "/{reference}/images", ["GET"], _images(sheet),
            operation_id=f"{sheet.url_name}-images", summary="Pictures of one person",
            openapi_extra={
                "parameters": [describing.PURPOSE],
                "responses": describing.responses(good, 404, 422),
            },
        )  # fmt: skip


def _saying(sheet: "Sheet", told: Callable[..., Any]) -> Callable[..., Any]:
    def say(request: HttpRequest, reference: str, file_id: UUID, what: str) -> Any:
        caller, saying = speaker(request), SAYINGS.get(what)
        if saying is None:
            raise NotFound
        with speaking(caller) as identity:
            require(request, saying.command.permission, name=saying.command.name)
            require(request, sheet.may.view, name=saying.command.name)
            record = one_record(sheet, identity, reference)
            commands.one_file(identity, record.pk, file_id)
            asked = replace(saying.command, form=saying.form)
            # Nothing that the record says of itself answers for a file.
            values = answered(asked, identity, None, body_of(request))
        values |= {"record_id": record.pk, "file_id": file_id}
        run(saying.command, caller, values, subject=record.pk)
        with speaking(caller) as identity:
            return JsonResponse(told(commands.one_file(identity, record.pk, file_id), identity))

    return say


def _images(sheet: "Sheet") -> Callable[..., Any]:
    def images(request: HttpRequest, reference: str) -> Any:
        with speaking(speaker(request)) as identity:
            require(request, PERSON, name="files.images")
            require(request, commands.OPEN, name="files.images")
            nominal = one_record(sheet, identity, reference)
            keys = members(nominal.pk)
            portrait = portrait_of(keys, identity)
            found = [_image(each) for each in images_of(keys, identity)]
            body = {"portrait": _image(portrait) if portrait else None, "images": found}
        return JsonResponse(body)

    return images


def _image(image: Image) -> dict[str, str]:
    return {
        "record": image.file.record.reference, "file": str(image.file.pk), "name": image.file.name,
        "face": str(image.face.pk) if image.face else "", "by": image.by or "",
    }  # fmt: skip
