"""What crimes and incidents share: category, when, where, and where they came from."""

from django.db import models

from peel.kernel.records.keys import RecordKey
from peel.kernel.records.models import Kind
from peel.modules.investigation.offences.published import source_categories


class Happened(Kind):
    """Something that happened at a time and a place, and the source that reported it."""

    category = models.CharField(
        max_length=60, choices=[(name, name) for name in source_categories()]
    )
    location = RecordKey("pole.Location", models.PROTECT, related_name="+", null=True, blank=True)
    summary = models.TextField(max_length=4000, blank=True)
    source = models.CharField(max_length=80, blank=True, editable=False)
    source_key = models.CharField(max_length=80, blank=True, editable=False)
    reported_by = models.CharField("reported by", max_length=80, blank=True, editable=False)

    class Meta:
        """Abstract: crimes and incidents have tables of their own."""

        abstract = True
