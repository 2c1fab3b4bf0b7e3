"""One action on many records: what was asked, and what became of each of them."""

from django.db import models

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.services.lists.views.models import DefaultView, SavedView

__all__ = ["Bulk", "BulkRow", "DefaultView", "SavedView"]


class Bulk(models.Model):
    """An action on records of one kind, for its own appointment alone. It is no record.

    `answers` are the answers as the browser sent them (None: not asked yet); they are dropped when
    the work is done. Nothing is done before `confirmed_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appointment = models.ForeignKey("access.Appointment", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    action = models.CharField(max_length=160)
    size = models.PositiveIntegerField()
    answers = models.TextField(null=True)  # noqa: DJ001 - none is not the same as an empty form
    began_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.action} on {self.size} of {self.kind}"


class BulkRow(models.Model):
    """One record of a bulk action, with the version that was previewed."""

    class Outcome(models.TextChoices):
        """What became of it, or will."""

        UNCHECKED = "unchecked", "Not checked yet"
        READY = "ready", "Will be done"
        DONE = "done", "Done"
        CHANGED = "changed", "Changed meanwhile"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="rows")
    record = models.ForeignKey("records.Record", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.UNCHECKED)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        """A record stands in an action once."""

        constraints = [
            models.UniqueConstraint(fields=["bulk", "record"], name="lists_bulkrow_once")
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.outcome}"
