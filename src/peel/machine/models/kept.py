"""What was done under an idempotency key, so that a call sent twice is done once."""

from django.db import models

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7


class KeptAnswer(models.Model):
    """One key of one appointment, and what came of the call that bore it.

    No content is kept: a replay reads the record again, as whoever asks may see it then.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appointment = models.ForeignKey("access.Appointment", models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    call_hash = models.BinaryField()
    reference = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "key"], name="machine_keptanswer_once")
        ]
        indexes = [models.Index(fields=["made_at"], name="machine_keptanswer_made")]

    def __str__(self) -> str:
        return f"{self.key} at {self.made_at}"
