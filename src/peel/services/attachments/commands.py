"""Bringing a file in, handing it out, checking it, withdrawing it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from peel.kernel.audit.ledger import Act
from peel.kernel.files import serving
from peel.kernel.files.scanning import State
from peel.kernel.files.uploads import PERMISSION
from peel.kernel.records.events import FileAttached
from peel.kernel.records.filed import Attachment, Handover
from peel.kernel.records.models import Record
from peel.machine.commands import NotFound, Problem, Refused, Work, command, run
from peel.pole.models import Nominal
from peel.services.attachments.forms import WithdrawForm
from peel.services.attachments.models import Face, FaceName, Portrait, Transcript

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.files.store import Incoming

OPEN, WITHDRAW, MARK = "files.file.open", "files.file.withdraw", "files.face.mark"
EDIT_PERSON = "pole.nominal.edit"
Scan, Step = Attachment.Scan, Handover.Step


def bring_in(
    identity: "Identity", record: Record, incoming: "Incoming", name: str, answers: dict[str, Any]
) -> Attachment:
    """Attach stored content to a record, or lock it away. Raises Refused with the reason."""
    try:
        if incoming.verdict.state is State.INFECTED:
            values = {"record_id": record.pk, "incoming": incoming, "name": name}
            run(set_aside, identity, values, subject=record.pk)
        values = {"record_id": record.pk, "incoming": incoming, "name": name, **answers}
        made: Attachment = run(attach, identity, values, subject=record.pk)
    except Problem:
        # Whatever else fails may fail after the commit: then the sweep decides, not we.
        incoming.kept = incoming.kept and incoming.verdict.state is State.INFECTED
        raise
    return made


@command("files.file.attach", title="Attach a file", permission=PERMISSION, act=Act.COLLECTION)
def attach(
    work: Work, *, record_id: UUID, incoming: "Incoming", name: str, **answers: Any
) -> Attachment:
    """Make a file in the store a file of the record. What it is, its content says."""
    record = work.lock(Record, record_id)
    state = incoming.verdict.state
    if state is State.INFECTED:
        raise Refused(
            f"{name} was not attached: the virus scanner found {incoming.verdict.finding} in it."
            " It is locked away, and nobody can open it. Tell your information security team."
        )
    if state is State.UNKNOWN and settings.PEEL_FILES_UNSCANNED != "hold":
        raise Refused(f"{name} was not attached: it could not be checked for viruses. Try later.")
    row = Attachment(
        record=record, blob_id=incoming.keep(work.at), name=name, added_at=work.at,
        added_by_id=work.identity.appointment_id,
        scan=Scan.CLEAN if state is State.CLEAN else Scan.HELD, **answers,
    )  # fmt: skip
    work.add(row, but=["blob"])
    _step(work, row, Step.BROUGHT)
    work.detail |= {"sha256": incoming.sha256.hex(), "size": incoming.size}
    work.publish(FileAttached(record.pk, row.pk))
    return row


@command("files.file.lock_away", title="Lock an infected file away", permission=PERMISSION)
def set_aside(work: Work, *, record_id: UUID, incoming: "Incoming", name: str) -> Record:
    """Keep infected content where nobody can open it."""
    record = work.lock(Record, record_id)
    incoming.set_aside(name, work.at)
    work.concern(record)
    work.detail |= {"file": str(incoming.id), "sha256": incoming.sha256.hex()}
    return record


@command("files.file.take", title="Download a file", permission=OPEN, act=Act.CONSULTATION)
def take(work: Work, *, record_id: UUID, file_id: UUID) -> Attachment:
    """Hand a file out. Raises Refused for one that is held back or withdrawn."""
    found = one_file(work.identity, record_id, file_id)
    if found.scan != Scan.CLEAN:
        raise Refused(f"{found.name} cannot be opened. {found.get_scan_display()}.")
    if not found.servable and not work.identity.may(WITHDRAW):
        raise Refused(f"{found.name} was withdrawn: {found.withdraw_reason}")
    return _step(work, found, Step.TAKEN)


@command("files.file.check", title="Check a file now", permission=OPEN, act=Act.CONSULTATION)
def note_check(work: Work, *, record_id: UUID, file_id: UUID, fault: str) -> Attachment:
    """Note what reading a file to its end has shown; no `fault`: it is as it was brought in."""
    found = one_file(work.identity, record_id, file_id)
    return _step(work, found, Step.FAULTY if fault else Step.CHECKED, fault)


@command(
    "files.file.withdraw", title="Withdraw a file", permission=WITHDRAW, form=WithdrawForm,
    on=Record, offered=lambda record, identity: False,
)  # fmt: skip
def withdraw(
    work: Work, *, record_id: UUID, which: UUID, reason: str, version: int | None = None
) -> Record:
    """Say that a file is not to be used any more. It stays listed with the reason."""
    record = work.lock(Record, record_id)
    found = one_file(work.identity, record_id, which)
    if found.withdrawn_at is not None:
        raise Refused(f"{found.name} was withdrawn already.")
    work.amend(
        found, withdrawn_at=work.at, withdrawn_by_id=work.identity.appointment_id,
        withdraw_reason=reason,
    )  # fmt: skip
    _step(work, found, Step.WITHDRAWN, reason)
    return record


@command("files.file.play", title="Play a file", permission=OPEN, act=Act.CONSULTATION)
def play(work: Work, *, record_id: UUID, file_id: UUID) -> Attachment:
    """Hand a recording to the player of a page. One step an hour: a player asks many times."""
    found = one_file(work.identity, record_id, file_id)
    if not found.servable or not serving.playable(found.blob.media_type):
        raise NotFound
    work.concern(found.record)
    work.detail["file"] = str(found.pk)
    by, since = work.identity.appointment_id, work.at - timedelta(hours=1)
    if found.handovers.filter(step=Step.PLAYED, by_id=by, at__gt=since).exists():
        return found
    return _step(work, found, Step.PLAYED)


@command("files.face.mark", title="Mark a face", permission=MARK, act=Act.COLLECTION)
def mark_face(
    work: Work, *, record_id: UUID, file_id: UUID, nominal: Nominal | None = None, **area: Any
) -> Face:
    """Say where a face is in a picture and, if it is known, whose."""
    found = _held(work, record_id, file_id, nominal)
    if not found.blob.media_type.startswith("image/"):
        raise Refused(f"{found.name} is not a picture.")
    face = work.add(Face(attachment=found, marking=found.marking, **area, **_said(work)))
    if nominal is not None:
        _name(work, face, nominal)
    return face


@command("files.face.name", title="Name a face", permission=MARK, act=Act.COMBINATION)
def name_face(
    work: Work, *, record_id: UUID, file_id: UUID, which: UUID, nominal: Nominal
) -> FaceName:
    """Say whose face it is. What others have said stands beside it."""
    found = _held(work, record_id, file_id, nominal)
    face = _one(found.faces, which)
    if face.names.filter(nominal=nominal, ended_at=None).exists():
        raise Refused("This face has that name already.")
    return _name(work, face, nominal)


@command("files.face.end", title="Take a marked face away", permission=MARK)
def end_face(work: Work, *, record_id: UUID, file_id: UUID, which: UUID, reason: str) -> Face:
    """Say that there is no face here, or that the area is wrong. It stays on record."""
    found = _held(work, record_id, file_id)
    return _end(work, _one(found.faces, which), reason)


@command("files.face.end_name", title="Take a face's name away", permission=MARK)
def end_name(work: Work, *, record_id: UUID, file_id: UUID, which: UUID, reason: str) -> FaceName:
    """Say that it is somebody else's face; a portrait that was taken from it ends too."""
    named = FaceName.objects.filter(face__attachment_id=file_id)
    found = _held(work, record_id, file_id, _one(named, which).nominal)
    name = _one(named.filter(face__attachment=found), which)
    for portrait in Portrait.objects.filter(
        face_id=name.face_id, nominal_id=name.nominal_id, ended_at=None
    ):
        _end(work, portrait, reason)
    return _end(work, name, reason)


@command("files.portrait.set", title="Use as the portrait", permission=EDIT_PERSON)
def set_portrait(
    work: Work, *, record_id: UUID, file_id: UUID, reason: str, which: UUID | None = None
) -> Portrait:
    """Show a person by this picture: the one named by `which`, else whose record this is."""
    named = FaceName.objects.filter(face__attachment_id=file_id, face__ended_at=None)
    nominal_id = _one(named, which).nominal_id if which else record_id
    nominal = Nominal.objects.visible_to(work.identity).filter(pk=nominal_id).first()
    if nominal is None:
        raise NotFound
    found = _held(work, record_id, file_id, nominal)
    if not found.blob.media_type.startswith("image/"):
        raise Refused(f"{found.name} is not a picture.")
    name = _one(named, which) if which else None
    for former in Portrait.objects.filter(nominal=nominal, ended_at=None):
        _end(work, former, "Another picture was chosen")
    face = name.face if name else None
    made = Portrait(nominal=nominal, attachment=found, face=face, reason=reason, **_said(work))
    made.marking = found.marking
    return work.add(made)


@command("files.file.transcribe", title="Add a transcript", permission=PERMISSION)
def transcribe(work: Work, *, record_id: UUID, file_id: UUID, text: str) -> Transcript:
    """Give the words of a recording; those given before end and stay on record."""
    found = _held(work, record_id, file_id)
    if not serving.playable(found.blob.media_type):
        raise Refused(f"{found.name} is not a recording.")
    for former in found.transcripts.filter(ended_at=None):
        _end(work, former, "Given anew")
    text = text.replace("\r\n", "\n").strip()
    made = Transcript(attachment=found, text=text, marking=found.marking, **_said(work))
    return work.add(made)


def _held(work: Work, record_id: UUID, file_id: UUID, nominal: Nominal | None = None) -> Attachment:
    """A file that is in use, its record locked, and the person's too, in order of id."""
    ends = {record_id} | ({nominal.pk} if nominal is not None else set())
    for key in sorted(ends):
        work.concern(work.lock(Record, key))
    found = one_file(work.identity, record_id, file_id)
    if not found.servable:
        raise Refused(f"{found.name} is not in use.")
    work.detail["file"] = str(found.pk)
    return found


def _said(work: Work) -> dict[str, Any]:
    return {"asserted_by_id": work.identity.appointment_id, "asserted_at": work.at}


def _name(work: Work, face: Face, nominal: Nominal) -> FaceName:
    return work.add(FaceName(face=face, nominal=nominal, marking=face.marking, **_said(work)))


def _one(rows: Any, key: UUID) -> Any:
    """A row that holds. Raises NotFound."""
    found = rows.filter(pk=key, ended_at=None).first()
    if found is None:
        raise NotFound
    return found


def _end(work: Work, row: Any, reason: str) -> Any:
    by = work.identity.appointment_id
    return work.amend(row, ended_at=work.at, ended_by_id=by, end_reason=reason)


def one_file(identity: "Identity", record_id: UUID, file_id: UUID) -> Attachment:
    """A file of a record. Raises NotFound alike for none and for none visible."""
    files = Attachment.objects.visible_to(identity).with_content()
    found: Attachment | None = files.filter(record_id=record_id, pk=file_id).first()
    if found is None:
        raise NotFound
    return found


def _step(work: Work, found: Attachment, step: Handover.Step, note: str = "") -> Attachment:
    """Add a step to the file's continuity, and name its record in the ledger line."""
    work.add(
        Handover(
            attachment=found, record_id=found.record_id, step=step, note=note, at=work.at,
            by_id=work.identity.appointment_id,
        )
    )  # fmt: skip
    work.concern(found.record)
    work.detail["file"] = str(found.pk)
    return found
