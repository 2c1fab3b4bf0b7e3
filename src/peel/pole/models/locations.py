"""A location: an addressable place, a street, an area, a venue, or a point on the map."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.places import addresses, gazetteer, outlines, placing
from peel.kernel.places.models import Placed, Precision
from peel.kernel.records.models import Kind
from peel.kernel.records.versions import versioned


class Category(models.TextChoices):
    """What sort of place it is; each demands what makes it that place."""

    ADDRESS = "address", "Addressable place"
    STREET = "street", "Street"
    AREA = "area", "Area"
    VENUE = "venue", "Venue"
    POINT = "point", "Point on the map"


@versioned
class Location(Placed, Kind):
    """A place where things happen, people live or objects are kept."""

    # Left empty on the form it is worked out from what else was given.
    category = models.CharField(
        "sort of place", max_length=10, choices=Category, default=Category.POINT, blank=True
    )
    name = models.CharField("name of the venue or area", max_length=120, blank=True)
    # GeoJSON in degrees, as `outlines.as_geojson` writes it; only an area has one.
    outline = models.TextField(max_length=100_000, blank=True)
    # The natural key: the address in the form in which addresses are compared, or nothing.
    place_key = models.CharField(max_length=450, blank=True, editable=False)
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
            models.Index(fields=["place_key"], name="pole_location_key"),
            models.Index(fields=["uprn"], name="pole_location_uprn"),
        ]

    @property
    def one_line(self) -> str:
        """The place in one line: a venue's or area's name, then the address."""
        return ", ".join(part for part in (self.name, super().one_line) if part)

    def clean(self) -> None:
        """Write numbers and outline one way, give both pairs of coordinates, and ask of each
        sort of place what it demands. Raises ValidationError by field.
        """
        problems: dict[str, ValidationError] = {}
        for name, settle in (
            ("postcode", self._settle_numbers),
            ("outline", self._draw),
            ("longitude", self._place),
        ):
            try:
                settle()
            except ValidationError as problem:
                of_field = problem.error_dict if hasattr(problem, "error_dict") else {name: problem}
                problems |= {field: ValidationError(found) for field, found in of_field.items()}
        self.category = self.category or worked_out(self)
        for field, words in (demands(self) if not problems else {}).items():
            problems[field] = ValidationError(words)
        if problems:
            raise ValidationError({k: v.messages for k, v in problems.items()})
        self.place_key = key_of(self)

    def _settle_numbers(self) -> None:
        problems = {}
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
        if problems:
            raise ValidationError(problems)

    def _draw(self) -> None:
        """Bring the outline into its one form; without a point of its own it lies at its middle."""
        if not self.outline:
            return
        drawn = outlines.read_drawn(self.outline)
        self.outline = outlines.as_geojson(drawn)
        if self.longitude is None and self.latitude is None:
            middle = outlines.middle(drawn)
            placing.at_grid(self, middle.easting, middle.northing, Precision.AREA)

    def _place(self) -> None:
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError("Enter both longitude and latitude, or neither.")
        if self.longitude is None or self.latitude is None:
            placing.nowhere(self)
            return
        given = self.precision
        known = given if given and given != Precision.UNKNOWN else Precision.EXACT
        placing.at_world(self, self.longitude, self.latitude, Precision(known))


def worked_out(place: Any) -> str:
    """The category of a place for which none was chosen."""
    if place.outline:
        return Category.AREA
    if place.uprn or ((place.paon or place.saon) and (place.street or place.postcode)):
        return Category.ADDRESS
    if place.name:
        return Category.VENUE
    return Category.STREET if place.street else Category.POINT


def demands(place: Location) -> dict[str, str]:
    """What the place's category asks for and does not find: field and words."""
    house, somewhere = place.paon or place.saon, place.street or place.town or place.postcode
    asked = {
        Category.ADDRESS: (
            ("paon", house or place.uprn, "Enter the house number or name, or its UPRN."),
            ("street", somewhere or place.uprn, "Enter the street or the postcode."),
        ),
        Category.STREET: (
            ("street", place.street, "Enter the name of the street."),
            ("paon", not house, "A street has no house number. It is an addressable place."),
        ),
        Category.AREA: (("name", place.name or place.outline, "Name the area, or draw it."),),
        Category.VENUE: (
            ("name", place.name, "Enter the name of the venue."),
            (
                "street",
                somewhere or place.longitude is not None or place.address,
                "Say where the venue is.",
            ),
        ),
        Category.POINT: (
            (
                "address",
                place.one_line or place.longitude is not None,
                "Enter an address, or where it is on the map.",
            ),
        ),
    }
    found = {field: words for field, has, words in asked[Category(place.category)] if not has}
    if place.outline and place.category != Category.AREA:
        found["outline"] = "Only an area has an outline."
    return found


def key_of(place: Location) -> str:
    """The natural key of a place: what names it wholly, compared as addresses are; else nothing.

    A UPRN is a key of its own (`same_place`).
    """
    where = " ".join(gazetteer.normal(part) for part in (place.postcode or place.town,) if part)
    street = gazetteer.street_words(place.street)
    line = {
        Category.ADDRESS: (place.saon, place.paon, street),
        Category.STREET: (street, place.locality),
        Category.AREA: (place.name,),
        Category.VENUE: (place.name, street),
    }.get(Category(place.category), ())
    parts = [gazetteer.normal(part) for part in line]
    if place.category == Category.AREA and parts[0]:
        return f"area {parts[0]} {where}".strip()
    if not any(parts) or not where or (place.category == Category.ADDRESS and not street):
        return ""
    return " ".join([place.category, *filter(None, parts), where])


def same_place(place: Location) -> models.Q | None:
    """What finds a location that is the same place: by its UPRN, or by its natural key unless
    both have a UPRN and these differ. None where nothing names the place wholly.
    """
    by_key = models.Q(place_key=place.place_key) if place.place_key else None
    if not place.uprn:
        return by_key
    by_number = models.Q(uprn=place.uprn)
    return by_number | (by_key & models.Q(uprn="")) if by_key else by_number
