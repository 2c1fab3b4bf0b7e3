"""Areas: named polygons of a kind (ward, beat, force), each edition valid for a time.

Reference data: the loader writes them, everybody who works here reads them.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


class AreaKind(models.TextChoices):
    """What sort of area it is, in the order in which a place's areas are shown."""

    FORCE = "force", "Police force"
    COMMAND_UNIT = "command_unit", "Command unit"
    BOROUGH = "borough", "Borough or district"
    WARD = "ward", "Ward"
    BEAT = "beat", "Beat"
    LSOA = "lsoa", "LSOA"
    DRAWN = "drawn", "Drawn area"


class AreaSet(models.Model):
    """Areas that were made together and of which one point lies in at most one ("London wards").

    Areas of a set that is not `exclusive` may overlap; a point then lies in all that hold it.
    """

    name = models.SlugField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=12, choices=AreaKind)
    exclusive = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class AreaEdition(models.Model):
    """The areas of a set as published for a time: from the first day, up to but not on the last.

    No two editions of a set hold on the same day.
    """

    area_set = models.ForeignKey(AreaSet, models.PROTECT, related_name="editions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        """Asked by set and day."""

        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="places_edition_lasts",
            ),
            ExclusionConstraint(
                name="places_edition_alone",
                expressions=[
                    ("area_set", RangeOperators.EQUAL),
                    (
                        Func("valid_from", "valid_to", Value("[)"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_set_id} from {self.valid_from}"


class Area(models.Model):
    """One area through all its editions, known in its set by its code."""

    area_set = models.ForeignKey(AreaSet, models.PROTECT, related_name="areas", db_index=False)
    code = models.CharField(max_length=40)

    class Meta:
        """The code is its name to programs."""

        constraints = [models.UniqueConstraint("area_set", "code", name="places_area_code")]

    def __str__(self) -> str:
        return self.code


class AreaVersion(models.Model):
    """An area as an edition has it: its name then, and its outline.

    The outline is a multipolygon with holes as well-known binary: `outline` in degrees of WGS 84,
    `outline_grid` in metres of the British National Grid. Corners are converted, and a border
    runs straight on the grid between them.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="versions")
    edition = models.ForeignKey(
        AreaEdition, models.CASCADE, related_name="versions", db_index=False
    )
    name = models.CharField(max_length=120)
    outline = models.BinaryField()
    outline_grid = models.BinaryField()
    square_metres = models.FloatField()

    class Meta:
        """An edition has an area once."""

        constraints = [
            models.UniqueConstraint("edition", "area", name="places_version_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AreaPart(models.Model):
    """A piece of an outline without holes and of few corners, for `places.areas_at`.

    Written by the loader with its version. The column `shape`, of PostgreSQL's type `polygon` in
    grid metres, stands in the database only, with a GiST index on its box.
    """

    version = models.ForeignKey(AreaVersion, models.CASCADE, related_name="parts")
    edition = models.ForeignKey(AreaEdition, models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.version_id}"
