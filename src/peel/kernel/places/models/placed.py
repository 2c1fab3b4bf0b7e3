"""What a table of places has in common, and the points that look-ups by distance read."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from peel.kernel.places import addresses


class Precision(models.TextChoices):
    """How near the coordinates are to the place meant. `metres` says how near where it is known."""

    EXACT = "exact", "Exact point"
    STREET = "street", "Somewhere on the street"
    MAP_POINT = "map_point", "Anonymised map point"
    POSTCODE = "postcode", "Centre of the postcode"
    AREA = "area", "Centre of the area"
    UNKNOWN = "unknown", "Not known"


class Placed(models.Model):
    """The columns of a place: coordinates both ways, their precision, and the address.

    Longitude and latitude are degrees of WGS 84; easting and northing are metres of the British
    National Grid. `placing` fills one pair from the other. All four stand or none.
    The parts of the address are those of BS 7666; `address` is what was written or said.
    """

    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    easting = models.FloatField(null=True, blank=True)
    northing = models.FloatField(null=True, blank=True)
    precision = models.CharField(
        max_length=24, choices=Precision, default=Precision.UNKNOWN, blank=True
    )
    precision_metres = models.PositiveIntegerField("uncertainty in metres", null=True, blank=True)
    address = models.TextField(max_length=500, blank=True)
    saon = models.CharField("flat or unit", max_length=100, blank=True)
    paon = models.CharField("house number or name", max_length=100, blank=True)
    street = models.CharField(max_length=100, blank=True)
    locality = models.CharField(max_length=100, blank=True)
    town = models.CharField(max_length=100, blank=True)
    administrative_area = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    uprn = models.CharField("UPRN", max_length=12, blank=True)
    usrn = models.CharField("USRN", max_length=8, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_whole_point",
                condition=Q(
                    longitude__isnull=True,
                    latitude__isnull=True,
                    easting__isnull=True,
                    northing__isnull=True,
                )
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    easting__isnull=False,
                    northing__isnull=False,
                ),
            )
        ]

    @property
    def one_line(self) -> str:
        """The address in one line: from its parts, else as it was written."""
        return (
            addresses.one_line(
                saon=self.saon,
                paon=self.paon,
                street=self.street,
                locality=self.locality,
                town=self.town,
                administrative_area=self.administrative_area,
                postcode=self.postcode,
            )
            or self.address
        )


class Point(models.Model):
    """Where a record is, for look-ups by distance: closed to every role.

    Geometry operators are not leakproof, so under row-level security their index would not be
    used; the function `places.within` reads this table instead and applies visibility itself.
    Kept by the trigger function `places.keep_point` on the record's own table. The column `place`,
    of PostgreSQL's type `point`, stands in the database only.
    """

    record_id = models.UUIDField(primary_key=True)
    easting = models.FloatField()
    northing = models.FloatField()

    def __str__(self) -> str:
        return f"{self.easting:.0f} {self.northing:.0f}"
