"""Bringing a file in, handing it out, checking it, withdrawing it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from peel.kernel.audit.ledger import Act
from peel.kernel.files.scanning import State
from peel.kernel.files.uploads import PERMISSION
from peel.kernel.records.events import FileAttached
from peel.kernel.records.filed import Attachment, Handover
from peel.kernel.records.models import Record
from peel.machine.commands import NotFound, Problem, Refused, Work, command, run
from peel.services.attachments.forms import WithdrawForm

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.files.store import Incoming

OPEN, WITHDRAW = "files.file.open", "files.file.withdraw"
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
