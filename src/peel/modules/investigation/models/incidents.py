"""An incident that is not a crime, such as anti-social behaviour."""

from django.db import models

from peel.kernel.base.dates import PartialDateField
from peel.kernel.records.versions import versioned
from peel.modules.investigation.models.sources import Happened


@versioned
class Incident(Happened):
    """Something reported that is no crime (National Standard for Incident Recording)."""

    happened_from = PartialDateField("happened from", null=True, blank=True)
    happened_to = PartialDateField("happened to", null=True, blank=True)

    class Meta(Happened.Meta):
        """Listed by newest; found by source when a load is repeated."""

        abstract = False
        verbose_name = "incident"
        indexes = [
            models.Index(
                fields=["-carried_created_at", "-record_ptr"], name="investigation_incident_new"
            ),
            models.Index(fields=["source_key"], name="investigation_incident_source"),
            models.Index(
                fields=["category", "-carried_created_at", "-record_ptr"],
                name="investigation_incident_cat",
            ),
        ]
