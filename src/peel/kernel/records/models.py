"""The base Record, the columns its kinds carry, its access list and its search document."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from peel.kernel.access.markings import Marking
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records.scopes import RecordQuerySet
from peel.kernel.records.versions import versioned


@versioned
class Record(models.Model):
    """Anything that policing keeps a record of. Made and changed by commands only.

    Times are UTC. `version` counts from 1 and rises with each command, so that a stale save can
    be refused; `changed_by` and `changed_through` say which appointment changed it by what
    command, and so stand in every row of the history.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=64)
    reference = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", db_index=False
    )
    owner_unit = models.ForeignKey(
        "access.Unit", models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    marking = models.PositiveSmallIntegerField(choices=Marking, default=Marking.OFFICIAL)
    restricted = models.BooleanField(default=False)
    state = models.CharField(max_length=40, default="live")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        "access.Appointment", models.PROTECT, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        "access.Appointment", models.PROTECT, related_name="+", db_index=False
    )
    changed_through = models.CharField(max_length=80)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        """Found by reference; lists are read from the kinds' own tables.

        A record is written far more often than an appointment or a unit is deleted, so its foreign
        keys have no index of their own.
        """

        constraints = [
            models.UniqueConstraint(fields=["reference"], name="records_record_reference")
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class Kind(Record):
    """The abstract parent of each kind of record.

    No index spans a parent's and a child's table, so each kind carries what lists and row-level
    security ask of the Record. A trigger keeps these columns; nothing else may write them.
    """

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_%(class)s"
    )
    carried_organisation_id = models.UUIDField(editable=False, null=True)
    carried_unit_id = models.UUIDField(editable=False, null=True)
    carried_marking = models.PositiveSmallIntegerField(editable=False, null=True)
    carried_restricted = models.BooleanField(editable=False, null=True)
    carried_state = models.CharField(max_length=40, editable=False, null=True)  # noqa: DJ001
    carried_created_at = models.DateTimeField(editable=False, null=True)
    carried_version = models.PositiveIntegerField(editable=False, null=True)

    class Meta:
        """Abstract: each kind has a table of its own."""

        abstract = True


class Restriction(models.Model):
    """Why a record may be seen by the admitted only, and when that is to be looked at again."""

    record = models.OneToOneField(
        Record, models.CASCADE, primary_key=True, related_name="restriction"
    )
    reason = models.TextField(max_length=2000)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey("access.Appointment", models.PROTECT, related_name="+")
    review_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Restriction of {self.record_id}"


class Admission(models.Model):
    """One user's place on the access list of a restricted record. Ended, never deleted.

    One with `until` ends by itself: break-glass gives it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="admissions")
    user = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    admitted_at = models.DateTimeField(default=clock.now)
    admitted_by = models.ForeignKey("access.Appointment", models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A user stands on a list once at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["record", "user"],
                condition=models.Q(ended_at=None),
                name="records_admitted_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "record"],
                condition=models.Q(ended_at=None),
                name="records_admitted_now",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} admitted to {self.record_id}"


class BreakGlass(models.Model):
    """One act of breaking the glass: who opened a restricted record to himself, why, how long.

    Written by `records.break_glass` alone. `concerned` are the users who were to be told.
    """

    class Category(models.TextChoices):
        """The grounds that may be given."""

        LIFE = "life", "Threat to life"
        CHILD = "child", "Child at risk"
        OFFICER = "officer", "Officer safety"
        WELFARE = "welfare", "Urgent welfare"
        OTHER = "other", "Another urgent reason"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="break_glass")
    admission = models.OneToOneField(Admission, models.CASCADE, related_name="break_glass")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    user = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    by = models.ForeignKey("access.Appointment", models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, choices=Category)
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    concerned = ArrayField(models.UUIDField(), default=list)

    def __str__(self) -> str:
        return f"{self.user_id} into {self.record_id} at {self.at}"


class Judgement(models.Model):
    """What one of those concerned thought of an act of breaking the glass. All are kept."""

    class Verdict(models.TextChoices):
        """What it came to."""

        JUSTIFIED = "justified", "Justified"
        UNJUSTIFIED = "unjustified", "Not justified"
        OPEN = "open", "Needs looking into"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    break_glass = models.ForeignKey(BreakGlass, models.CASCADE, related_name="judgements")
    verdict = models.CharField(max_length=20, choices=Verdict)
    words = models.TextField(max_length=2000)
    at = models.DateTimeField()
    by = models.ForeignKey("access.Appointment", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.verdict} at {self.at}"


class Document(models.Model):
    """What search knows of a record. Closed to the web role: read through `records.find`.

    Its visibility columns are copies kept by the trigger that keeps a kind's.
    """

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    kind = models.CharField(max_length=64)
    caption = models.CharField(max_length=200)
    names = models.TextField(blank=True)
    numbers = ArrayField(models.TextField(), default=list)
    body = models.TextField(blank=True)
    vector = SearchVectorField(null=True, editable=False)
    organisation_id = models.UUIDField(editable=False, null=True)
    marking = models.PositiveSmallIntegerField(editable=False, null=True)
    restricted = models.BooleanField(editable=False, null=True)

    class Meta:
        """Numbers are matched whole, names by trigram and by word."""

        indexes = [
            GinIndex(fields=["numbers"], name="records_document_numbers"),
            GinIndex(fields=["vector"], name="records_document_vector"),
            GinIndex(fields=["names"], opclasses=["gin_trgm_ops"], name="records_document_names"),
        ]

    def __str__(self) -> str:
        return self.caption


class Recent(models.Model):
    """The records that an appointment opened last, for its home page. Not the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appointment = models.ForeignKey("access.Appointment", models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, related_name="recent")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        """One row a record and appointment."""

        constraints = [
            models.UniqueConstraint(fields=["appointment", "record"], name="records_recent_once")
        ]
        indexes = [models.Index(fields=["appointment", "-at"], name="records_recent_by_time")]

    def __str__(self) -> str:
        return f"{self.record_id} at {self.at}"


class Staged(models.Model):
    """A row on its way in by the bulk path: a table's row as JSON, closed to the web role.

    COPY is refused under row-level security, so the loader copies here and a definer function
    moves a whole batch, in `position`, into the tables proper (`records.take_in`).
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.UUIDField(default=uuid.uuid4)
    target = models.CharField(max_length=63)
    row = models.JSONField()

    class Meta:
        """Read by batch and target only."""

        indexes = [models.Index(fields=["batch", "target"], name="records_staged_batch")]

    def __str__(self) -> str:
        return f"{self.target} in {self.batch}"


class KindTable(models.Model):
    """Where each kind keeps its rows and which of its columns are counted. Written on migrate."""

    kind = models.CharField(max_length=64, primary_key=True)
    table_name = models.CharField(max_length=63)
    facets = ArrayField(models.CharField(max_length=63), default=list)

    def __str__(self) -> str:
        return self.kind


class LoadTarget(models.Model):
    """A table that the bulk path may fill, and its place in the order. Written on migrate."""

    table_name = models.CharField(max_length=63, primary_key=True)
    position = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.table_name


class Tally(models.Model):
    """How many unrestricted records have one combination of facet values (sums of differences)."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=64)
    organisation_id = models.UUIDField()
    marking = models.PositiveSmallIntegerField()
    cell = ArrayField(models.TextField(), default=list)
    n = models.BigIntegerField()

    class Meta:
        """Read by kind and organisation."""

        indexes = [models.Index(fields=["kind", "organisation_id"], name="records_tally_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.cell}: {self.n}"


# The files of records are models of this app too; whoever imports either gets both.
from peel.kernel.records import filed  # noqa: E402, F401
