"""The pages of files: bringing them in, one file with its continuity, handing it out."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import Officer
from peel.kernel.files import checking, serving, thumbnails
from peel.kernel.files.uploads import PERMISSION
from peel.machine.commands import NotFound, Problem, run
from peel.machine.pages.reading import identity_of, one_record, problem_page, reading, require
from peel.services.attachments import commands
from peel.services.attachments.addresses import address
from peel.services.attachments.forms import AttachForm
from peel.services.attachments.marking import face_form
from peel.services.attachments.panels import shown
from peel.services.attachments.showing import content_of

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet


def bring_all(
    request: HttpRequest, identity: "Identity", record: Any, answers: dict[str, Any]
) -> tuple[list[Any], list[str]]:
    """Attach every file of a request that can be; with the reasons why others were not."""
    empty = getattr(request, "empty_files", [])
    refused = [f"{name} was not attached: it is empty." for name in empty]
    made = []
    for upload in request.FILES.getlist("file"):
        sent: Any = upload
        try:
            name = sent.safe_name
            made.append(commands.bring_in(identity, record, sent.incoming, name, answers))
        except Problem as problem:
            refused.append(problem.message)
    if not made and not refused:
        refused.append("Choose a file. If you did, its upload was cut off: send it again.")
    return made, refused


def add_files(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """The form that brings files in, without JavaScript too; programs of the page get JSON."""
    identity = identity_of(request)
    assert identity is not None  # noqa: S101 - the middleware sends nobody to sign in
    sent = request.POST if request.method == "POST" else None
    try:
        with speaking(identity):
            require(request, PERMISSION, name=commands.attach.name)
            record = one_record(sheet, identity, reference)
            form = AttachForm(sent, identity=identity, record=record)
            valid = form.is_valid()
        made: list[Any] = []
        refused: list[str] = []
        if valid:
            made, refused = bring_all(request, identity, record, form.cleaned_data)
    except Problem as problem:
        return problem_page(request, problem)
    for reason in refused:
        form.add_error(None, reason)
    if request.headers.get("Accept") == "application/json":
        texts = [str(text) for errors in form.errors.values() for text in errors]
        return JsonResponse({"made": len(made), "errors": texts}, status=422 if texts else 200)
    if made:
        count = "1 file" if len(made) == 1 else f"{len(made)} files"
        messages.success(request, f"Attached: {count}.")
    if made and not refused:
        return HttpResponseRedirect(f"{address(record, 'page')}#files")
    context = {"sheet": sheet, "record": record, "form": form, "back": address(record, "page"),
               "most": settings.PEEL_FILES_MOST_BYTES}  # fmt: skip
    status = 200 if sent is None else 422
    with speaking(identity):
        page = TemplateResponse(request, "attachments/add.html", context, status=status)
        return page.render()


@reading
def show_file(
    request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID
) -> HttpResponseBase:
    """The page of one file: what it is, where it came from, and everyone who had it in hand."""
    identity = require(request, sheet.may.view, name="files.file.view")
    record = one_record(sheet, identity, reference)
    found = commands.one_file(identity, record.pk, file_id)
    steps = list(found.handovers.order_by("at", "pk"))
    officers = {o.pk: o for o in Officer.objects.filter(pk__in={step.by_id for step in steps})}
    may_open = identity.may(commands.OPEN)
    content = content_of(found, identity, request.GET.get("page", ""))
    context = {
        "sheet": sheet, "record": record, "one": shown(record, [found])[0],
        "steps": [(step, officers.get(step.by_id or step.pk, "Peel itself")) for step in steps],
        "back": address(record, "page"), "check": may_open,
        "open": may_open and found.scan == found.Scan.CLEAN
        and (found.servable or identity.may(commands.WITHDRAW)),
        "withdraw": found.withdrawn_at is None and identity.may(commands.WITHDRAW),
        "ledger": identity.may("oversight.audit.view"), "content": content,
        **(content.about if content else {}),
    }  # fmt: skip
    if content and content.about.get("mark"):
        # Not called `form`: the page would sum up its errors.
        context["face"] = face_form(found, identity)
    return TemplateResponse(request, "attachments/file.html", context)


def _found(request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID, name: str) -> Any:
    """Who asks, and the file. Raises NotPermitted and NotFound."""
    identity = identity_of(request)
    assert identity is not None  # noqa: S101 - the middleware sends nobody to sign in
    with speaking(identity):
        require(request, commands.OPEN, name=name)
        require(request, sheet.may.view, name=name)
        record = one_record(sheet, identity, reference)
        return identity, commands.one_file(identity, record.pk, file_id)


def hand_out(
    request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID
) -> HttpResponseBase:
    """A file as a download; its line and its step are committed before the first byte leaves."""
    try:
        identity, found = _found(request, sheet, reference, file_id, commands.take.name)
        values = {"record_id": found.record_id, "file_id": file_id}
        run(commands.take, identity, values, subject=found.record_id)
    except Problem as problem:
        return problem_page(request, problem)
    return serving.download(request, found.blob, found.name)


def picture(request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID) -> Any:
    """The small picture of a file that may be handed out."""
    try:
        found = _found(request, sheet, reference, file_id, "files.file.picture")[1]
        preview = getattr(found, "preview", None)
        if not found.servable or preview is None or preview.blob_id is None:
            raise NotFound
        with speaking(request.identity):  # type: ignore[attr-defined]
            blob = preview.blob
    except Problem as problem:
        return problem_page(request, problem)
    return serving.picture(blob)


def drawing(request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID) -> Any:
    """The large picture of a file, or one page of a document, that Peel drew itself."""
    try:
        found = _found(request, sheet, reference, file_id, "files.file.drawing")[1]
        if not found.servable:
            raise NotFound
        page = request.GET.get("page", "")
        if page.isdecimal() and len(page) < 5:
            drawn = thumbnails.page_of(found.blob, max(0, int(page) - 1))
            if drawn:
                return serving.drawing(drawn)
        preview = getattr(found, "preview", None)
        if page or preview is None or preview.large_id is None:
            raise NotFound
        with speaking(request.identity):  # type: ignore[attr-defined]
            blob = preview.large
    except Problem as problem:
        return problem_page(request, problem)
    return serving.picture(blob)


def play(request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID) -> HttpResponseBase:
    """Sound or film for the player of a page, in parts as it asks. Each part is a look; the first
    is a step of the file's continuity besides.
    """
    try:
        identity, found = _found(request, sheet, reference, file_id, commands.play.name)
        if not found.servable or not serving.playable(found.blob.media_type):
            raise NotFound
        if serving.starts(request, found.blob.size):
            values = {"record_id": found.record_id, "file_id": file_id}
            run(commands.play, identity, values, subject=found.record_id)
    except Problem as problem:
        return problem_page(request, problem)
    return serving.download(request, found.blob, found.name, inside=True)


def captions(request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID) -> Any:
    """The captions that run beneath a film."""
    try:
        identity, found = _found(request, sheet, reference, file_id, "files.file.captions")
        with speaking(identity):
            held = found.transcripts.filter(ended_at=None).order_by("-asserted_at", "-pk").first()
        if held is None or not held.is_captions or not found.servable:
            raise NotFound
    except Problem as problem:
        return problem_page(request, problem)
    return serving.guarded(HttpResponse(held.text, content_type="text/vtt; charset=utf-8"))


def check_now(request: HttpRequest, sheet: "Sheet", reference: str, file_id: UUID) -> Any:
    """Read a file to its end, and note whether it is as it was brought in."""
    try:
        identity, found = _found(request, sheet, reference, file_id, commands.note_check.name)
        fault = checking.check(found.blob)
        said = fault.words if fault else ""
        values = {"record_id": found.record_id, "file_id": file_id, "fault": said}
        run(commands.note_check, identity, values, subject=found.record_id)
    except Problem as problem:
        return problem_page(request, problem)
    if fault:
        messages.error(request, f"{found.name} is not as it was brought in: {said}.")
    else:
        messages.success(request, f"{found.name} is exactly as it was brought in.")
    return HttpResponseRedirect(address(found.record, "file", file_id))
