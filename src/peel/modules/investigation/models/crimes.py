"""A recorded crime and the outcomes it was given."""

from django.db import models

from peel.kernel.access.models import Officer
from peel.kernel.base.dates import PartialDateField
from peel.kernel.base.ids import uuid7
from peel.kernel.records.versions import versioned
from peel.modules.investigation.models.sources import Happened


@versioned
class Crime(Happened):
    """A notifiable crime as recorded under the Home Office Counting Rules.

    `last_outcome` repeats the latest of its outcomes so that lists can count and filter by it.
    """

    period = ("committed_from", "committed_to")

    offence = models.ForeignKey(
        "investigation.Offence", models.PROTECT, related_name="+", null=True, blank=True
    )
    committed_from = PartialDateField("committed from", null=True, blank=True)
    committed_to = PartialDateField("committed to", null=True, blank=True)
    last_outcome = models.CharField(max_length=100, blank=True, editable=False)
    officer_in_case = models.ForeignKey(
        Officer,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta(Happened.Meta):
        """Listed by newest, each facet with an index in that order."""

        abstract = False
        verbose_name = "crime"
        indexes = [
            models.Index(
                fields=["-carried_created_at", "-record_ptr"], name="investigation_crime_new"
            ),
            models.Index(
                fields=["category", "-carried_created_at", "-record_ptr"],
                name="investigation_crime_cat",
            ),
            models.Index(
                fields=["last_outcome", "-carried_created_at", "-record_ptr"],
                name="investigation_crime_outcome",
            ),
            models.Index(
                fields=["carried_state", "-carried_created_at", "-record_ptr"],
                name="investigation_crime_state",
            ),
            models.Index(fields=["source_key"], name="investigation_crime_source"),
        ]


@versioned
class CrimeOutcome(models.Model):
    """One outcome of a crime, in the words of its source. All are kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    crime = models.ForeignKey(Crime, models.PROTECT, related_name="outcomes")
    decided = PartialDateField("decided")
    outcome = models.CharField(max_length=100)
    source = models.CharField(max_length=80, blank=True)
    source_key = models.CharField(max_length=80, blank=True, db_index=True)
    decided_by = models.ForeignKey(
        Officer, models.DO_NOTHING, db_constraint=False, related_name="+", null=True, blank=True
    )

    class Meta:
        """The latest first."""

        ordering = ["-decided", "-id"]

    def __str__(self) -> str:
        return f"{self.outcome}, {self.decided}"
