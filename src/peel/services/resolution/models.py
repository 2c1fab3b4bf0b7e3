"""The tables of resolution: models, runs, what a run found, and what waits for a person.

Records are named by plain ids in `Edge`, which is a run's own working table and closed to the web
role; a `Proposal` is seen by whoever sees both its records.
"""

from django.db import models
from django.db.models import F, Q

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Record


class TrainedModel(models.Model):
    """A model that training made. Its content is never changed; a person accepts or refuses it.

    `join` and `review` are the bands in bits: at or above `join` a run joins, from `review` up a
    person is asked. `measured` is its precision and recall on the pairs that people have judged.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting for a decision"
        ACCEPTED = "accepted", "In use"
        REFUSED = "refused", "Refused"
        RETIRED = "retired", "Retired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    kind = models.CharField(max_length=64, default="pole.nominal")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    content = models.TextField()
    summary = models.JSONField(default=dict, blank=True)
    measured = models.JSONField(default=dict, blank=True)
    join = models.FloatField()
    review = models.FloatField()
    trained_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "access.Appointment", models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        """Numbered within an organisation and a kind; one of them is in use."""

        constraints = (
            models.UniqueConstraint(
                fields=["organisation_id", "kind", "number"], name="resolution_model_number"
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "kind"],
                condition=Q(state="accepted"),
                name="resolution_model_in_use",
            ),
        )

    def __str__(self) -> str:
        return f"model {self.number}"


class Run(models.Model):
    """One run of a model over all records of a kind: planned, then applied, then perhaps undone."""

    class State(models.TextChoices):
        """How far it is."""

        PLANNED = "planned", "Planned"
        APPLIED = "applied", "Applied"
        UNDONE = "undone", "Rolled back"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    model = models.ForeignKey(TrainedModel, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"run {self.pk}"


class Edge(models.Model):
    """A pair that a run would join, or one that an earlier run has joined and this one `ends`."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="edges")
    first_id = models.UUIDField()
    second_id = models.UUIDField()
    weight = models.FloatField()
    ends = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id} {self.weight:.1f}"


class Change(models.Model):
    """A record's place in one of the changes of groups that a run would make.

    Changes are numbered within the run; what their parts are `engine.changes` says.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="changes")
    sort = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    part = models.PositiveIntegerField()
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")

    class Meta:
        """A record stands once in a change."""

        constraints = (
            models.UniqueConstraint(
                fields=["run", "number", "record"], name="resolution_change_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sort} {self.number}.{self.part}: {self.record_id}"


class Proposal(models.Model):
    """Two records that a run holds for one person and that a person has to look at.

    `why` says why the machine does not join them itself, `parts` what each field weighs:
    [field, how it compares, bits, known]. Settled by a judgement, never deleted.
    """

    class State(models.TextChoices):
        """How it ended."""

        OPEN = "open", "Open"
        SETTLED = "settled", "Settled"
        WITHDRAWN = "withdrawn", "Withdrawn with its run"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="proposals")
    first = models.ForeignKey(Record, models.PROTECT, related_name="+")
    second = models.ForeignKey(Record, models.PROTECT, related_name="+")
    weight = models.FloatField()
    parts = models.JSONField(default=list, blank=True)
    why = models.CharField(max_length=200, blank=True)
    attention = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "access.Officer", models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+", null=True, blank=True,
    )  # fmt: skip
    verdict = models.CharField(max_length=9, blank=True)

    class Meta:
        """One question about a pair at a time; the weightiest first."""

        constraints = (
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="resolution_of_two"),
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(state="open"), name="resolution_open_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["attention", "-weight", "id"],
                condition=Q(state="open"),
                name="resolution_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id} {self.weight:.1f}"


class HiddenPolicy(models.Model):
    """What an organisation says of likely records that the caller may not see: nothing (as without
    a row), or whom he is to ask.
    """

    organisation_id = models.UUIDField(primary_key=True)
    asks = models.BooleanField(default=False)
    whom = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey("access.Appointment", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"ask {self.whom}" if self.asks else "silent"


class Asking(models.Model):
    """Somebody was told to ask about a hidden record, or recorded `made_id` after he had. Read by
    the worker alone, which tells the record's owners.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.UUIDField()
    record_id = models.UUIDField()
    appointment_id = models.UUIDField()
    made_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        """Found by act, and by who was told of what."""

        indexes = (
            models.Index(fields=["act"], name="resolution_asking_act"),
            models.Index(fields=["record_id", "appointment_id"], name="resolution_asking_told"),
        )

    def __str__(self) -> str:
        return f"{self.record_id} at {self.at}"
