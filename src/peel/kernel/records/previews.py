"""What the worker does with attached files: small pictures, and a second try of the virus check."""

from uuid import UUID

from django.db import transaction

from peel.kernel.audit import ledger
from peel.kernel.base import clock, events
from peel.kernel.files import scanning, store, thumbnails
from peel.kernel.files.sandbox import LARGE
from peel.kernel.records.events import FileAttached
from peel.kernel.records.filed import Attachment, Handover, Preview

Scan, Step = Attachment.Scan, Handover.Step
_OUTCOMES = {
    scanning.State.CLEAN: (Scan.CLEAN, Step.CLEARED),
    scanning.State.INFECTED: (Scan.INFECTED, Step.INFECTED),
}


def draw(attachment_id: UUID) -> None:
    """Make the pictures of a clean attachment, once; note it if none can be made."""
    found = Attachment.objects.with_content().filter(pk=attachment_id).first()
    if found is None or found.scan != Scan.CLEAN:
        return
    if Preview.objects.filter(attachment=found).exists():
        return
    small = thumbnails.draw(found.blob)
    moment, made = clock.now(), small.incoming is not None
    large = thumbnails.draw(found.blob, LARGE) if made else thumbnails.Drawn(small.outcome)
    kept, shown = (
        one.incoming.keep(moment, source=found.blob_id) if one.incoming else None
        for one in (small, large)
    )
    Preview.objects.create(
        attachment=found, blob_id=kept, large_id=shown, width=large.size[0], height=large.size[1],
        outcome=small.outcome.value, made_at=moment,
    )  # fmt: skip
    for one in (small, large):
        if one.incoming:
            one.incoming.discard()


def scan_again() -> int:
    """Show the scanner what it could not look at when it came in; gives how many it has seen."""
    done = 0
    held = Attachment.objects.filter(scan=Scan.HELD).order_by("pk")
    for key in list(held.values_list("pk", flat=True)):
        with transaction.atomic():
            row = Attachment.objects.select_for_update(of=("self",), skip_locked=True)
            found = row.with_content().filter(pk=key, scan=Scan.HELD).first()
            done += found is not None and _scan(found)
    return done


def _scan(found: Attachment) -> bool:
    scan = scanning.begin()
    try:
        for piece in store.stored(found.blob).stream():
            scan.feed(piece)
        verdict = scan.verdict()
    finally:
        scan.close()
    if verdict.state not in _OUTCOMES:
        return False
    state, step = _OUTCOMES[verdict.state]
    Attachment.objects.filter(pk=found.pk).update(scan=state)
    Handover.objects.create(
        attachment=found, record_id=found.record_id, step=step, note=verdict.finding
    )
    if state == Scan.CLEAN:
        events.publish(FileAttached(found.record_id, found.pk))
    ledger.write(
        act=ledger.Act.ALTERATION,
        name="files.file.scan",
        subjects=[found.record_id],
        detail={"file": str(found.pk), "scan": state.value},
    )
    return True
