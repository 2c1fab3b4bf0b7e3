"""The event: what every record of something that happened shares, whichever module keeps it."""

from typing import ClassVar

from django.db import models

from peel.kernel.base.dates import PartialDate
from peel.kernel.records.keys import RecordKey
from peel.kernel.records.models import Kind


class Event(Kind):
    """Something that happened: when (with its precision), where, in short, and who reported it.

    Modules call the two dates by the words of their trade; `period` names the fields, so that
    charts, timelines and maps need not know the module.
    """

    period: ClassVar[tuple[str, str]] = ("happened_from", "happened_to")

    location = RecordKey("pole.Location", models.PROTECT, related_name="+", null=True, blank=True)
    summary = models.TextField(max_length=4000, blank=True)
    source = models.CharField(max_length=80, blank=True, editable=False)
    source_key = models.CharField(max_length=80, blank=True, editable=False)
    reported_by = models.CharField("reported by", max_length=80, blank=True, editable=False)

    class Meta:
        """Abstract: each kind of event has a table of its own."""

        abstract = True

    @property
    def happened(self) -> tuple[PartialDate | None, PartialDate | None]:
        """From when and until when it happened, as far as is known."""
        first, last = (getattr(self, name, None) for name in self.period)
        return first, last
