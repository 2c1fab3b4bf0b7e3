"""What was found wrong with which record, and how much there was of it on a day."""

from django.db import models

from peel.kernel.records.models import Record


class Finding(models.Model):
    """That a record has a fault, as at the last count. Closed to the web role."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    measure = models.SlugField(max_length=40, db_index=False)

    class Meta:
        """A record has a fault once; read by fault, the newest record first."""

        constraints = [
            models.UniqueConstraint(fields=["measure", "record"], name="quality_finding_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.record_id}"


class Tally(models.Model):
    """How many records of a unit and marking had a fault on a day. Restricted ones are not in it,
    so that nobody reads from a trend what he could not read from the records.
    """

    day = models.DateField()
    measure = models.SlugField(max_length=40, db_index=False)
    organisation_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    marking = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        """One line a day, fault, unit and marking."""

        constraints = [
            models.UniqueConstraint(
                fields=["day", "measure", "organisation_id", "unit_id", "marking"],
                nulls_distinct=False,
                name="quality_tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure}: {self.count}"


class Count(models.Model):
    """That everything was counted, and when (UTC). How many records there are is not told here."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.at)
