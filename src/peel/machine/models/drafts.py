"""What somebody has typed into a command's page and not yet sent."""

from django.db import models

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7


class Draft(models.Model):
    """A form as far as it was typed, for its own appointment alone. It is no record.

    `data` holds the answers as the browser sends them, by name, each a list of texts; `version`
    is the record's when the form was opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appointment = models.ForeignKey("access.Appointment", models.CASCADE, related_name="+")
    command = models.CharField(max_length=80)
    kind = models.CharField(max_length=64)
    record = models.ForeignKey(
        "records.Record", models.CASCADE, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)
    began_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Found by appointment; old ones are dropped by time."""

        indexes = [models.Index(fields=["changed_at"], name="machine_draft_changed")]

    def __str__(self) -> str:
        return f"{self.command} begun at {self.began_at}"
