"""Vehicles and cycles."""

from collections.abc import Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from peel.kernel.base.numbers import vin, vrm
from peel.kernel.records.versions import versioned
from peel.pole.objects.models.things import Normal, Thing, colour, index, one_of, words


def country(text: str) -> str:
    """A country by its two letters (ISO 3166-1); UK is read as GB. Raises ValidationError."""
    plain = text.strip().upper()
    if len(plain) != 2 or not plain.isascii() or not plain.isalpha():
        raise ValidationError("Enter a country by its two letters, such as GB or FR.")
    return "GB" if plain == "UK" else plain


@versioned
class Vehicle(Thing):
    """A vehicle, by its registration mark, its VIN or what is seen of it."""

    class VehicleKind(models.TextChoices):
        """What sort of vehicle."""

        CAR = "car", "Car"
        VAN = "van", "Van"
        LORRY = "lorry", "Lorry"
        MOTORCYCLE = "motorcycle", "Motorcycle or moped"
        BUS = "bus", "Bus or coach"
        TRAILER = "trailer", "Trailer or caravan"
        MACHINE = "machine", "Farm or building machine"
        VESSEL = "vessel", "Boat or ship"
        AIRCRAFT = "aircraft", "Aircraft"
        OTHER = "other", "Other"

    class Fuel(models.TextChoices):
        """What drives it."""

        PETROL = "petrol", "Petrol"
        DIESEL = "diesel", "Diesel"
        ELECTRIC = "electric", "Electric"
        HYBRID = "hybrid", "Hybrid"
        GAS = "gas", "Gas"
        OTHER = "other", "Other"

    KEYS = (("registered_in", "vrm"), ("vin",))
    ONE_OF = ("vrm", "vin", "make", "notes")

    vehicle_kind = one_of(VehicleKind, "kind of vehicle")
    vrm = words("registration mark (VRM)", 12)
    registered_in = models.CharField(
        "country of registration",
        max_length=2,
        default="GB",
        help_text="Two letters: GB, IE, FR. The form of a mark is checked for GB",
    )
    vin = words("VIN", 17, "17 letters and digits, without I, O and Q")
    other_number = words("chassis or engine number", 40, "Before 1981, or where there is no VIN")
    make = words(length=40)
    model = words(length=60)
    colour = colour()
    year = models.PositiveSmallIntegerField(
        "year of manufacture",
        null=True,
        blank=True,
        validators=[MinValueValidator(1880), MaxValueValidator(2100)],
    )
    body = words("body type", 40, "Hatchback, estate, pick-up")
    fuel = models.CharField(max_length=10, choices=Fuel, blank=True)

    class Meta(Thing.Meta):
        """Found by its mark and its VIN."""

        abstract = False
        verbose_name = "vehicle"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("vehicle", "registered_in", "vrm"),
            index("vehicle", "vin"),
        ]

    def numbers(self) -> Mapping[str, Normal]:
        """The mark's form is checked for the United Kingdom only."""
        home = str(self.registered_in).strip().upper() in ("GB", "UK")
        mark = vrm.normal if home else vrm.foreign
        return {"vrm": mark, "vin": vin.normal, "registered_in": country}

    @property
    def caption(self) -> str:
        """What one says of it: "AB12 CDE, blue Ford Focus"."""
        mark = vrm.shown(self.vrm) if self.registered_in == "GB" else self.vrm
        seen = f"{self.get_colour_display()} {self.make} {self.model}".split()
        told = " ".join(seen) or self.get_vehicle_kind_display() or "Vehicle"
        return ", ".join(filter(None, (mark or self.vin, told if mark else told.capitalize())))


@versioned
class Cycle(Thing):
    """A cycle or a scooter, by its frame number or its marks."""

    class CycleKind(models.TextChoices):
        """What sort of cycle."""

        BICYCLE = "bicycle", "Bicycle"
        ELECTRIC = "electric", "Electric bicycle"
        SCOOTER = "scooter", "Electric scooter"
        OTHER = "other", "Other"

    NUMBERS = {"frame_number": lambda text: "".join(text.upper().split())}
    KEYS = (("frame_number",), ("security_mark",))
    ONE_OF = ("frame_number", "security_mark", "make", "notes")

    cycle_kind = one_of(CycleKind, "kind of cycle")
    frame_number = words(length=40)
    security_mark = words("security mark", 40, "The number of a register such as BikeRegister")
    make = words(length=40)
    model = words(length=60)
    colour = colour()

    class Meta(Thing.Meta):
        """Found by its frame number."""

        abstract = False
        verbose_name = "cycle"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("cycle", "frame_number"),
            index("cycle", "security_mark"),
        ]
