"""Links: typed, directed, dated, with provenance; from any record to any other."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from peel.kernel.access.models import Officer
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
    # Nobody leads back to himself by links of this type: a child's child is not her parent.
    acyclic = models.BooleanField(default=False)

    class Meta:
        """In the order in which they are offered."""

        ordering = ["position", "name"]

    def __str__(self) -> str:
        return f"{self.forward} / {self.backward}"


class Source(models.TextChoices):
    """How far the source of intelligence is to be believed (3x5x2)."""

    RELIABLE = "1", "1 Reliable"
    UNTESTED = "2", "2 Untested"
    NOT_RELIABLE = "3", "3 Not reliable"


class Assessment(models.TextChoices):
    """How the source knows it (3x5x2)."""

    DIRECTLY = "A", "A Known directly to the source"
    CORROBORATED = "B", "B Known indirectly, but corroborated"
    INDIRECTLY = "C", "C Known indirectly to the source"
    NOT_KNOWN = "D", "D Not known"
    SUSPECTED_FALSE = "E", "E Suspected to be false"


class Handling(models.TextChoices):
    """Who else may be told (3x5x2)."""

    PERMITTED = "P", "P Lawful sharing permitted"
    CONDITIONS = "C", "C Lawful sharing permitted with conditions"


@versioned
class Link(Assertion):
    """One record's link to another. Its grading (3x5x2) is there where it is intelligence."""

    type = models.ForeignKey(LinkType, models.PROTECT, related_name="+", db_index=False)
    from_record = models.ForeignKey(
        Record, models.PROTECT, related_name="links_from", db_index=False
    )
    to_record = models.ForeignKey(Record, models.PROTECT, related_name="links_to", db_index=False)
    starts = PartialDateField("from", null=True, blank=True)
    ends = PartialDateField("to", null=True, blank=True)
    confirmed = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField("source evaluation", max_length=1, choices=Source, blank=True)
    assessment = models.CharField(
        "information assessment", max_length=1, choices=Assessment, blank=True
    )
    handling = models.CharField("handling code", max_length=1, choices=Handling, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        Officer, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip

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
            models.CheckConstraint(
                condition=Q(source="", assessment="", handling="")
                | (~Q(source="") & ~Q(assessment="") & ~Q(handling="")),
                name="pole_link_graded_whole",
                violation_error_message="Give all three parts of the grading, or none.",
            ),
        ]
        indexes = [
            models.Index(fields=["to_record", "type"], name="pole_link_to"),
            # Whether two records were ever linked: what a path asks of hubs.
            models.Index(fields=["from_record", "to_record"], name="pole_link_between"),
            models.Index(
                fields=["to_record", "from_record"],
                condition=Q(ended_at=None),
                name="pole_link_back",
            ),
            # A page of the links of a record, newest first, from either end.
            models.Index(
                fields=["from_record", "-asserted_at", "-id"],
                condition=Q(ended_at=None),
                name="pole_link_from_newest",
            ),
            models.Index(
                fields=["to_record", "-asserted_at", "-id"],
                condition=Q(ended_at=None),
                name="pole_link_to_newest",
            ),
        ]

    @property
    def grading(self) -> str:
        """The grading as it is written: "2CP"; nothing where it is no intelligence."""
        return f"{self.source}{self.assessment}{self.handling}"

    def __str__(self) -> str:
        return f"{self.from_record_id} {self.type_id} {self.to_record_id}"
