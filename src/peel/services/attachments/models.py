"""What is said of a file besides: faces in a picture and whose they are, portraits, transcripts.

A face is seen by whoever sees the file. Whose it is, is a row of its own, seen only by whoever sees
that person too: to everybody else the face has no name, as if nobody had named it.
"""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from peel.kernel.base import clock
from peel.kernel.records.filed import Attachment
from peel.kernel.records.models import Record
from peel.kernel.records.versions import versioned
from peel.pole.models import Assertion, Nominal

_WHOLE = 100


def _share(title: str) -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(title, max_digits=5, decimal_places=2)


@versioned
class Face(Assertion):
    """A rectangle on a picture in which a face is, in per cent of its width and height."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="faces")
    left = _share("left")
    top = _share("top")
    width = _share("width")
    height = _share("height")

    class Meta:
        """Within the picture, and large enough to be seen."""

        constraints = [
            models.CheckConstraint(
                condition=Q(
                    left__gte=0, top__gte=0, width__gte=0.5, height__gte=0.5,
                    left__lte=_WHOLE - F("width"), top__lte=_WHOLE - F("height"),
                ),
                name="attachments_face_within",
                violation_error_message="The area goes beyond the picture, or is too small to see.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.left}, {self.top}, {self.width}, {self.height}"


@versioned
class FaceName(Assertion):
    """Somebody's word that a face is a nominal's. Two that contradict stand side by side."""

    face = models.ForeignKey(Face, models.PROTECT, related_name="names")
    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.face_id} {self.nominal_id}"


@versioned
class Portrait(Assertion):
    """The picture, or the face in it, by which a nominal is shown; the latest that holds."""

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="+")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+", db_index=False)
    face = models.ForeignKey(
        Face, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.nominal_id} {self.attachment_id}"


@versioned
class Transcript(Assertion):
    """The words of a recording; with times (WebVTT) they run as captions beneath the film."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="transcripts")
    text = models.TextField(max_length=100_000)

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_captions(self) -> bool:
        """Whether it has times, so that a player can show it."""
        return self.text.startswith("WEBVTT")


class FileText(models.Model):
    """The words of a file, read in the background; or that none could be had, and why.

    Closed to the web role: found and shown through functions (`sql/`) that ask for sight of the
    file and its record. `reader` is the version of the program that read it.
    """

    attachment = models.OneToOneField(
        Attachment, models.PROTECT, primary_key=True, related_name="words"
    )
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    words = models.TextField(blank=True)
    whole = models.BooleanField(default=True)
    letters = models.PositiveIntegerField(default=0)
    reader = models.PositiveSmallIntegerField()
    read_at = models.DateTimeField(default=clock.now)
    vector = SearchVectorField(null=True, editable=False)

    class Meta:
        """Found by its words."""

        indexes = [GinIndex(fields=["vector"], name="attachments_filetext_words")]

    def __str__(self) -> str:
        return f"{self.attachment_id}: {self.state}"
