"""What officers are told, what they watch, and what they do not want to be told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import BreakGlass, Record


class Reason(models.TextChoices):
    """Why somebody is told."""

    GLASS = "break_glass", "Break-glass"
    WATCH = "watch", "You watch it"
    OFFICER = "officer", "You are the officer in case"
    UNIT = "unit", "Your unit owns it"
    SEARCH = "search", "It fits a search that you keep"
    ACCOUNT = "account", "It concerns your account"


class Notice(models.Model):
    """One thing that one officer was told: in words, never with content of the record.

    `at` is the latest of the `count` events that are folded into it, `events` their ids. One with
    `break_glass` is an alarm: it stays when its record may not be seen, and cannot be muted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=20, choices=Reason)
    text = models.CharField(max_length=300)
    record = models.ForeignKey(Record, models.CASCADE, related_name="notices", null=True)
    by = models.ForeignKey(
        "access.Appointment", models.SET_NULL, related_name="+", null=True, db_index=False
    )
    break_glass = models.ForeignKey(BreakGlass, models.CASCADE, related_name="alarms", null=True)
    events = ArrayField(models.UUIDField(), default=list)
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by newest; the unread of a person are counted on every page."""

        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notify_notice_new"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notify_notice_unread"),
            models.Index(fields=["read_at"], name="notify_notice_read"),
            models.Index(
                fields=["user"],
                condition=Q(break_glass__isnull=False),
                name="notify_notice_alarms",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Watch(models.Model):
    """One officer wants to be told of each change of a record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="watches")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        """One a person and record."""

        constraints = [models.UniqueConstraint(fields=["user", "record"], name="notify_watch_once")]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.record_id}"


class Mute(models.Model):
    """What one officer does not want to be told: all of one reason, or all about one record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    record = models.ForeignKey(Record, models.CASCADE, related_name="mutes", null=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        """A reason or a record, each once; alarms cannot be muted."""

        constraints = [
            models.UniqueConstraint(
                fields=["user", "reason", "record"],
                name="notify_mute_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=(Q(reason="") & Q(record__isnull=False))
                | (Q(record=None) & ~Q(reason__in=["", Reason.GLASS])),
                name="notify_mute_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} mutes {self.reason or self.record_id}"
