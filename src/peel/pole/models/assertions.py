"""What every asserted fact bears: who said so, when, in which record, and if it still holds."""

from django.db import models

from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Officer
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7


class Basis(models.TextChoices):
    """What a fact rests on. The golden view trusts them in the order in which they stand here."""

    DOCUMENT = "document", "Seen in an official document"
    SYSTEM = "system", "Another police or justice system"
    OBSERVED = "observed", "An officer's own observation"
    SELF = "self", "Said by the person"
    OTHER = "other", "Said by somebody else"
    NOT_STATED = "", "Not stated"


class Assertion(models.Model):
    """A fact with its provenance. Ended, never deleted. Times are UTC.

    `asserted_in` is the record in which it was said (a crime, a report); none when an officer
    entered it on the record itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asserted_by = models.ForeignKey(
        Officer, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    asserted_at = models.DateTimeField(default=clock.now)
    asserted_in = models.ForeignKey(
        "records.Record", models.PROTECT, related_name="+", null=True, blank=True
    )
    marking = models.PositiveSmallIntegerField(choices=Marking, default=Marking.OFFICIAL)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Officer,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        null=True,
        blank=True,
    )
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        """Abstract: each kind of fact has a table of its own."""

        abstract = True


class Fact(Assertion):
    """What somebody said of a person, and what that rests on."""

    basis = models.CharField(
        "what it rests on", max_length=10, choices=Basis, default=Basis.NOT_STATED, blank=True
    )

    class Meta:
        """Abstract too."""

        abstract = True
