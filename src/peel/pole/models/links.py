"""Links: typed, directed, dated, with provenance; from any record to any other."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from peel.kernel.base.dates import PartialDateField
from peel.kernel.records.models import Record
from peel.kernel.records.versions import versioned
from peel.pole.models.assertions import Assertion


class LinkType(models.Model):
    """A type of link with both its readings and the kinds it may join. Data, not code.

    `forward` is read from the first end ("suspect in"), `backward` from the second ("has
    suspect"). Empty `from_kinds` or `to_kinds` allow any kind.
    """

    name = models.SlugField(primary_key=True, max_length=40)
    forward = models.CharField(max_length=60)
    backward = models.CharField(max_length=60)
    from_kinds = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    to_kinds = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        """In the order in which they are offered."""

        ordering = ["position", "name"]

    def __str__(self) -> str:
        return f"{self.forward} / {self.backward}"


@versioned
class Link(Assertion):
    """One record's link to another."""

    type = models.ForeignKey(LinkType, models.PROTECT, related_name="+", db_index=False)
    from_record = models.ForeignKey(Record, models.PROTECT, related_name="links_from")
    to_record = models.ForeignKey(Record, models.PROTECT, related_name="links_to", db_index=False)
    starts = PartialDateField("from", null=True, blank=True)
    ends = PartialDateField("to", null=True, blank=True)
    confirmed = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        """Nothing links to itself; the same two are linked by a type once at a time."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(from_record=F("to_record")),
                name="pole_link_not_to_itself",
                violation_error_message="A record cannot be linked to itself.",
            ),
            models.UniqueConstraint(
                fields=["from_record", "to_record", "type"],
                condition=Q(ended_at=None),
                name="pole_link_once",
                violation_error_message="These two are linked in this way already.",
            ),
        ]
        indexes = [models.Index(fields=["to_record", "type"], name="pole_link_to")]

    def __str__(self) -> str:
        return f"{self.from_record_id} {self.type_id} {self.to_record_id}"
