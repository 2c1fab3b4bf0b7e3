"""Organisations, the tree of their units, and agreements by which one shows another its records."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from peel.kernel.base.ids import uuid7


class Organisation(models.Model):
    """A police force or another body that holds records of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    code = models.CharField(max_length=20, unique=True, help_text="Short code, for example TMP")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an organisation: an area, a department, a team. The database refuses a circle."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True
    )
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "parent", "name"],
                name="access_unit_name_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name


class Agreement(models.Model):
    """`giver` lets `receiver` see its records (within clearance and restriction) from and to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    giver = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements_given")
    receiver = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements_received")
    ground = models.CharField(max_length=500, help_text="The agreement or law it rests on")
    starts = models.DateTimeField(default=timezone.now)
    ends = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="access_agreement_two_parties"
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("starts")), name="access_agreement_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} to {self.receiver}"
