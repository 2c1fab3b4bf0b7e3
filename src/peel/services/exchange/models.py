"""What came in from outside: one file at a time, and what became of each of its rows.

Records are named by plain ids, not foreign keys: the ledger of rows must still say what became of
a row when its record has been disposed of, or the file's next import would bring it back.
"""

from django.db import models

from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDateField
from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Kind
from peel.kernel.records.versions import versioned


class Import(models.Model):
    """One file on its way in. Times are UTC.

    `source` is the system that it comes from ("csv", "pole-example"), `what` the kind of record or
    the source's own word for its rows. `done` is the last line whose result is stored: whoever goes
    on after a break begins behind it. The content is kept until the import has ended.
    """

    class State(models.TextChoices):
        """How far it is."""

        LOOKED_AT = "preview", "Not started"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Finished"
        STOPPED = "stopped", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=40)
    what = models.CharField(max_length=64)
    name = models.CharField("the file's name", max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    mapping = models.JSONField(default=dict)
    appointment = models.ForeignKey(
        "access.Appointment", models.PROTECT, related_name="+", db_index=False
    )
    organisation_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State, default=State.LOOKED_AT)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=1)
    counts = models.JSONField(default=dict)
    began_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField("why it stopped", max_length=300, blank=True)

    class Meta:
        """Listed by who began them; a file is known again by its fingerprint."""

        indexes = (
            models.Index(fields=["appointment", "-began_at"], name="exchange_import_mine"),
            models.Index(fields=["sha256"], name="exchange_import_file"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.what})"


class ImportRow(models.Model):
    """What became of one row of one file: in exactly one state.

    `key` says what the row speaks of (the source's own key, or its content and which occurrence of
    it this is), `digest` what it says. `cells` are kept of a row that was not taken, so that it can
    be put right.
    """

    class State(models.TextChoices):
        """How a row may end."""

        MADE = "m", "Made"
        THERE = "t", "Already there"
        REFUSED = "r", "Refused"
        QUARANTINED = "q", "Quarantined"
        OUT = "o", "Out of scope"

    of = models.ForeignKey(Import, models.CASCADE, related_name="each", db_index=False)
    line = models.PositiveIntegerField("line of the file; the heading is line 1")
    key = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=16)
    state = models.CharField(max_length=1, choices=State)
    record_id = models.UUIDField("the record or link", null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    cells = models.JSONField(null=True, blank=True)

    class Meta:
        """A line has one row; of all rows with one key, one has made the record."""

        constraints = (
            models.UniqueConstraint(fields=["of", "line"], name="exchange_row_once"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state="m"), name="exchange_row_made_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["of", "line"],
                condition=models.Q(state__in=["r", "q"]),
                name="exchange_row_not_taken",
            ),
        )

    def __str__(self) -> str:
        return f"{self.of}, line {self.line}: {self.get_state_display()}"


@versioned
class OutsideEvent(Kind):
    """Something that another system says happened, of a sort that no module of Peel keeps yet.

    A telephone call, a movement, a meeting: `sort` is the other system's word for it. What took
    part is linked with it.
    """

    sort = models.CharField("what happened", max_length=60)
    happened_from = PartialDateField("happened from", null=True, blank=True)
    happened_to = PartialDateField("happened to", null=True, blank=True)
    summary = models.TextField(max_length=4000, blank=True)
    source = models.CharField(max_length=80, blank=True, editable=False)
    source_key = models.CharField(max_length=80, blank=True, editable=False)

    class Meta(Kind.Meta):
        """Listed by newest and by sort."""

        abstract = False
        verbose_name = "event from outside"
        verbose_name_plural = "events from outside"
        indexes = (
            models.Index(
                fields=["-carried_created_at", "-record_ptr"], name="exchange_outsideevent_new"
            ),
            models.Index(
                fields=["sort", "-carried_created_at", "-record_ptr"],
                name="exchange_outsideevent_sort",
            ),
        )
