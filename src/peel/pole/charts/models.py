"""A chart that somebody saved: what stands on it and where, never what it says."""

from django.db import models

from peel.kernel.records.models import Kind
from peel.kernel.records.versions import versioned


@versioned
class Chart(Kind):
    """A link chart. `body` holds ids, places and the drawer's own words (see bodies.py).

    No title or reference of what is drawn is kept: whoever opens it reads those anew, and of what
    he may not see nothing is sent.
    """

    name = models.CharField("title", max_length=120)
    purpose = models.TextField(max_length=2000, help_text="What the chart is to show, and why")
    body = models.JSONField(default=dict, blank=True, editable=False)

    class Meta(Kind.Meta):
        """Listed by newest."""

        abstract = False
        verbose_name = "link chart"
        verbose_name_plural = "link charts"
        indexes = [
            models.Index(fields=["-carried_created_at", "-record_ptr"], name="charts_chart_new")
        ]
