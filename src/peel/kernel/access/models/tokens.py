"""API tokens: the keys by which programs act for an appointment."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from peel.kernel.access.models.people import Appointment, User
from peel.kernel.base.ids import uuid7


class ApiToken(models.Model):
    """One token. Only its SHA-256 is kept; `hint` is its beginning, to tell it from others.

    `scopes` are permission patterns; what it may do is what both they and the appointment's role
    allow at that moment. Written by the functions of sql/04_tokens.sql alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_hash = models.BinaryField(unique=True)
    hint = models.CharField(max_length=12)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    scopes = ArrayField(models.CharField(max_length=120))
    purpose = models.CharField(max_length=1000)
    created = models.DateTimeField()
    created_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    last_address = models.GenericIPAddressField(null=True)
    ended_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires__gt=F("created")), name="access_apitoken_order"
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="access_apitoken_scopes"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
