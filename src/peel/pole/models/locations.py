"""A location: an address, a street or a point on the map."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.places import addresses, placing
from peel.kernel.places.models import Placed, Precision
from peel.kernel.records.models import Kind
from peel.kernel.records.versions import versioned


@versioned
class Location(Placed, Kind):
    """A place where things happen, people live or objects are kept."""

    # The open police data names a point by its text and coordinates; a load finds it again by this.
    source_key = models.CharField(max_length=80, blank=True, editable=False)

    class Meta(Kind.Meta):
        """Listed by newest and by postcode."""

        abstract = False
        verbose_name = "location"
        constraints: ClassVar[list[models.BaseConstraint]] = Placed.Meta.constraints
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-carried_created_at", "-record_ptr"], name="pole_location_new"),
            models.Index(fields=["postcode", "record_ptr"], name="pole_location_postcode"),
            models.Index(fields=["source_key"], name="pole_location_source"),
        ]

    def clean(self) -> None:
        """Write numbers one way, and give both pairs of coordinates from longitude and latitude.

        Raises ValidationError by field.
        """
        problems: dict[str, ValidationError] = {}
        for name, normal in (
            ("postcode", addresses.postcode),
            ("uprn", addresses.uprn),
            ("usrn", addresses.usrn),
        ):
            if getattr(self, name):
                try:
                    setattr(self, name, normal(getattr(self, name)))
                except ValidationError as problem:
                    problems[name] = problem
        try:
            self._place()
        except ValidationError as problem:
            problems["longitude"] = problem
        if not self.one_line and self.longitude is None:
            problems["address"] = ValidationError("Enter an address, or where it is on the map.")
        if problems:
            raise ValidationError({k: v.messages for k, v in problems.items()})

    def _place(self) -> None:
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError("Enter both longitude and latitude, or neither.")
        if self.longitude is None or self.latitude is None:
            placing.nowhere(self)
            return
        given = self.precision
        known = given if given and given != Precision.UNKNOWN else Precision.EXACT
        placing.at_world(self, self.longitude, self.latitude, Precision(known))
