"""What crimes and incidents share besides what every event has: their published category."""

from django.db import models

from peel.modules.investigation.offences.published import source_categories
from peel.pole.models.events import Event


class Happened(Event):
    """An event of a category that the open police data publishes too."""

    category = models.CharField(
        max_length=60, choices=[(name, name) for name in source_categories()]
    )

    class Meta:
        """Abstract: crimes and incidents have tables of their own."""

        abstract = True
