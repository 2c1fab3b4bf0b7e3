"""Files of records: the attachment, its small picture, and the steps of its continuity."""

from typing import Any, ClassVar

from django.db import models

from peel.kernel.access.markings import Marking
from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDateField
from peel.kernel.base.ids import uuid7
from peel.kernel.files.models import Blob
from peel.kernel.records.models import Record
from peel.kernel.records.scopes import AttachmentQuerySet
from peel.kernel.records.versions import versioned


@versioned
class Attachment(models.Model):
    """A file of a record: what it is called here, where it came from, how sensitive it is.

    Its content is a blob of the store, which others may share. Never changed; withdrawn with a
    reason, and then still listed. `scan` is what the virus scanner knows of this upload.
    """

    class Scan(models.TextChoices):
        """Only a clean file is handed out."""

        CLEAN = "clean", "Checked for viruses"
        HELD = "held", "Waiting for the virus check"
        INFECTED = "infected", "Virus found"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    description = models.CharField(max_length=500, blank=True)
    marking = models.PositiveSmallIntegerField(choices=Marking, default=Marking.OFFICIAL)
    taken = PartialDateField("taken or received", null=True, blank=True)
    received_from = models.CharField("from whom", max_length=200, blank=True)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.HELD)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(
        "access.Appointment", models.PROTECT, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "access.Appointment", models.PROTECT, related_name="+", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    withdraw_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def servable(self) -> bool:
        """Whether its content may be handed out."""
        return self.scan == self.Scan.CLEAN and self.withdrawn_at is None


class Preview(models.Model):
    """The small picture of an attachment and a large one, or why there is none. Each has its own.

    A picture that was there at once would tell that somebody had brought the same content before.
    """

    attachment = models.OneToOneField(
        Attachment, models.PROTECT, primary_key=True, related_name="preview"
    )
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", null=True)
    large = models.ForeignKey(Blob, models.PROTECT, related_name="+", null=True)
    width = models.PositiveSmallIntegerField("width of the large one", default=0)
    height = models.PositiveSmallIntegerField("height of the large one", default=0)
    outcome = models.CharField(max_length=10)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.attachment_id}: {self.outcome}"


class Handover(models.Model):
    """One step of a file's continuity: who had it in hand, when and what for. Never changed.

    `by` is empty where a program did it.
    """

    class Step(models.TextChoices):
        """What was done with it."""

        BROUGHT = "brought", "Brought in"
        TAKEN = "taken", "Downloaded"
        PLAYED = "played", "Played in the page"
        CHECKED = "checked", "Checked: unchanged"
        FAULTY = "faulty", "Checked: not as it was brought in"
        CLEARED = "cleared", "Found clean by the virus scanner"
        INFECTED = "infected", "Virus found: locked away"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="handovers")
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=10, choices=Step)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        "access.Appointment", models.PROTECT, related_name="+", null=True, db_index=False
    )

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.step}"
