"""The words of files: read in the background, kept closed, found by words under visibility."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from peel.kernel.audit import looks
from peel.kernel.base import clock
from peel.kernel.files import extracting, recognising
from peel.kernel.files.extracting import State
from peel.kernel.records.filed import Attachment
from peel.machine.queries.finding import kinds_to_view
from peel.services.attachments.models import FileText

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_SAID = {
    State.READ: "Text read", State.EMPTY: "No text found", State.NONE: "",
    State.UNREADABLE: "The text could not be read",
    State.TOO_MUCH: "The text could not be read: too large or too slow",
    State.NO_PROGRAM: "Words in pictures are not read: Tesseract is not installed",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A file in which the words stand, and some of those around."""

    attachment_id: UUID
    record_id: UUID
    rank: float
    around: str


def read(attachment_id: UUID, *, using: str = "default", again: bool = False) -> State | None:
    """Read the words of a clean attachment; once, unless `again`. None where there is none.

    In the worker alone. Whatever is in the file, a state comes of it, so it is not tried for ever.
    """
    files = Attachment.objects.using(using)
    found = files.with_content().filter(pk=attachment_id, scan=Attachment.Scan.CLEAN).first()
    if found is None:
        return None
    kept = FileText.objects.using(using).filter(pk=attachment_id).first()
    if kept is not None and not again:
        return State(kept.state)
    told = extracting.read(found.blob)
    FileText.objects.using(using).update_or_create(
        attachment_id=attachment_id,
        defaults={
            "record_id": found.record_id, "state": told.state.value, "words": told.words,
            "whole": told.whole, "reader": extracting.READER, "read_at": clock.now(),
        },
    )  # fmt: skip
    return told.state


def unread(using: str) -> Iterator[UUID]:
    """Clean attachments whose words nobody has read, an older reader did, or could not for want of
    a program that is here by now; the newest first.
    """
    files = Attachment.objects.using(using).filter(scan=Attachment.Scan.CLEAN)
    old = Q(words=None) | Q(words__reader__lt=extracting.READER)
    if recognising.installed():
        old |= Q(words__state=State.NO_PROGRAM)
    yield from files.filter(old).order_by("-pk").values_list("pk", flat=True)


def said_of(files: Collection[Attachment]) -> dict[UUID, str]:
    """What came of reading these files, in words. One query, however many there are."""
    wanted = [file.pk for file in files if extracting.readable(file.blob.media_type)]
    with connection.cursor() as cursor:
        cursor.execute("select * from attachments.text_states(%s::uuid[])", [wanted])
        told = {row[0]: _in_words(*row[1:]) for row in cursor.fetchall()}
    return {file.pk: told.get(file.pk, "Text not read yet") for file in files
            if file.pk in wanted and file.servable}  # fmt: skip


def _in_words(state: str, letters: int, whole: bool) -> str:
    said = _SAID[State(state)]
    if state == State.READ and not whole:
        return f"Text read, the first {letters:,} letters"
    return said


def words_of(file: Attachment) -> tuple[str, bool] | None:
    """The words of a file and whether they are all; None where there are none."""
    with connection.cursor() as cursor:
        cursor.execute("select * from attachments.words_of(%s)", [file.pk])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def find(identity: "Identity", words: str, *, limit: int = 20) -> list[Found]:
    """The files in which the words stand, the best first; their records are told to the ledger.

    Within `speaking`.
    """
    with connection.cursor() as cursor:
        asked: list[Any] = [words.replace("\x00", ""), list(kinds_to_view(identity)), limit]
        cursor.execute("select * from attachments.find_words(%s, %s, %s)", asked)
        found = [Found(*row) for row in cursor.fetchall()]
    looks.note(one.record_id for one in found)
    return found
