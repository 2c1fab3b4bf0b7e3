"""The protective markings of the Government Security Classifications Policy, as Peel uses them."""

from django.db import models


class Marking(models.IntegerChoices):
    """How sensitive a record is, and how far an appointment is cleared: a higher covers a lower.

    OFFICIAL-SENSITIVE is OFFICIAL with a handling marking, not a classification of its own
    (Cabinet Office, Government Security Classifications Policy); for access it is a step.
    """

    OFFICIAL = 1, "OFFICIAL"
    OFFICIAL_SENSITIVE = 2, "OFFICIAL-SENSITIVE"
    SECRET = 3, "SECRET"
