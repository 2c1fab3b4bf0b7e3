"""Firearms, other weapons and drugs."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models

from peel.kernel.records.versions import versioned
from peel.pole.objects.models.things import Thing, index, one_of, words


@versioned
class Firearm(Thing):
    """A firearm, an air weapon, an imitation or ammunition (Firearms Act 1968)."""

    class FirearmKind(models.TextChoices):
        """What sort of firearm."""

        SHOTGUN = "shotgun", "Shotgun"
        RIFLE = "rifle", "Rifle"
        PISTOL = "pistol", "Pistol"
        REVOLVER = "revolver", "Revolver"
        AUTOMATIC = "automatic", "Automatic weapon"
        AIR = "air", "Air weapon"
        IMITATION = "imitation", "Imitation or blank-firing"
        AMMUNITION = "ammunition", "Ammunition"
        OTHER = "other", "Other"

    KEYS = (("make", "serial"),)
    ONE_OF = ("serial", "firearm_kind", "make", "notes")

    firearm_kind = one_of(FirearmKind, "kind of firearm")
    make = words(length=40)
    model = words(length=60)
    serial = words("serial number", 40)
    calibre = words("calibre or gauge", 20)
    certificate = words("certificate number", 40)

    class Meta(Thing.Meta):
        """Found by its serial number."""

        abstract = False
        verbose_name = "firearm"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("firearm", "make", "serial"),
        ]


@versioned
class Weapon(Thing):
    """A weapon that is no firearm."""

    class WeaponKind(models.TextChoices):
        """What sort of weapon."""

        KNIFE = "knife", "Knife or blade"
        SWORD = "sword", "Sword or machete"
        BLUNT = "blunt", "Blunt weapon"
        SPRAY = "spray", "Spray or noxious substance"
        ELECTRIC = "electric", "Electric weapon"
        EXPLOSIVE = "explosive", "Explosive or firework"
        OTHER = "other", "Other"

    weapon_kind = one_of(WeaponKind, "kind of weapon")
    description = models.CharField(max_length=200)

    class Meta(Thing.Meta):
        """Listed by newest."""

        abstract = False
        verbose_name = "weapon"


@versioned
class Drug(Thing):
    """A controlled drug or another substance (Misuse of Drugs Act 1971)."""

    class DrugClass(models.TextChoices):
        """Its class by the Act."""

        A = "A", "Class A"
        B = "B", "Class B"
        C = "C", "Class C"
        TEMPORARY = "temporary", "Temporary class"
        PSYCHOACTIVE = "psychoactive", "Psychoactive substance"
        NONE = "none", "Not controlled"

    class Form(models.TextChoices):
        """As what it was found."""

        POWDER = "powder", "Powder"
        RESIN = "resin", "Resin or block"
        HERBAL = "herbal", "Herbal"
        TABLETS = "tablets", "Tablets or capsules"
        LIQUID = "liquid", "Liquid"
        PLANTS = "plants", "Plants"
        OTHER = "other", "Other"

    class Unit(models.TextChoices):
        """In what it is counted."""

        GRAM = "g", "grams"
        KILOGRAM = "kg", "kilograms"
        MILLILITRE = "ml", "millilitres"
        LITRE = "l", "litres"
        PIECE = "piece", "tablets, wraps or plants"

    name = models.CharField("drug", max_length=80)
    drug_class = one_of(DrugClass, "class")
    form = models.CharField(max_length=10, choices=Form, blank=True)
    weight = models.DecimalField(
        "amount",
        max_digits=10,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    unit = models.CharField(max_length=6, choices=Unit, default=Unit.GRAM)

    class Meta(Thing.Meta):
        """Listed by newest."""

        abstract = False
        verbose_name = "drug"
