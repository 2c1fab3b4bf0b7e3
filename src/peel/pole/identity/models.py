"""The tables of identity: what was judged of two records, and what follows from it."""

from django.db import models
from django.db.models import F, Q

from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Record
from peel.kernel.records.versions import versioned
from peel.pole.models.assertions import Assertion


class Verdict(models.TextChoices):
    """What may be said of two records of one kind."""

    SAME = "same", "The same"
    DIFFERENT = "different", "Different"
    UNSURE = "unsure", "Not sure"


@versioned
class Judgement(Assertion):
    """What somebody judged of two source records. Ended, never deleted.

    The two have no order, so the one with the lower id is `first`: a pair is found one way only.
    """

    first = models.ForeignKey(Record, models.PROTECT, related_name="judgements_as_first")
    second = models.ForeignKey(Record, models.PROTECT, related_name="judgements_as_second")
    verdict = models.CharField(max_length=9, choices=Verdict)
    reason = models.CharField(max_length=500)
    # What was written, and what was ended, by one act is undone together.
    act = models.UUIDField(default=uuid7, editable=False)
    ended_act = models.UUIDField(null=True, editable=False)
    # What the machine said of the two when it was judged (bits), by which model (its fingerprint),
    # and the run that wrote it, if no person did.
    score = models.FloatField(null=True, editable=False)
    model = models.CharField(max_length=64, blank=True, default="", editable=False)
    run = models.UUIDField(null=True, editable=False)

    class Meta:
        """One judgement of a pair holds at a time."""

        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="identity_judgement_of_two",
                violation_error_message="A record cannot be judged against itself.",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(ended_at=None),
                name="identity_judgement_once",
                violation_error_message="These two have been judged already.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run"], condition=Q(run__isnull=False), name="identity_judgement_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.verdict} {self.second_id}"


class Membership(models.Model):
    """That a record was in a cluster from when until when; kept by the database from judgements.

    A cluster is named by its oldest record. A record that is judged the same as no other has no
    row. Closed to the web role: what one may know of it is asked by functions (`sql/`).
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
    cluster = models.UUIDField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """A record is in one cluster at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(until=None), name="identity_membership_once"
            )
        ]
        indexes = [
            models.Index(fields=["cluster"], condition=Q(until=None), name="identity_membership_of")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.cluster}"
