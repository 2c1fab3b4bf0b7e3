"""Identity documents, other property and organisations."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.core.validators import URLValidator
from django.db import models

from peel.kernel.base.numbers import charity, company, driver, email, passport, phone
from peel.kernel.records.versions import versioned
from peel.pole.objects.models.things import Normal, Thing, colour, index, one_of, words
from peel.pole.objects.models.transport import country


@versioned
class IdentityDocument(Thing):
    """A passport, a licence or another paper that says who somebody is."""

    class DocumentKind(models.TextChoices):
        """What sort of document."""

        PASSPORT = "passport", "Passport"
        DRIVING = "driving", "Driving licence"
        IDENTITY = "identity", "Identity card"
        RESIDENCE = "residence", "Residence permit or visa"
        BIRTH = "birth", "Birth certificate"
        TRAVEL = "travel", "Travel document"
        OTHER = "other", "Other"

    KEYS = (("document_kind", "country", "number"),)

    document_kind = models.CharField("kind of document", max_length=20, choices=DocumentKind)
    number = models.CharField(max_length=40)
    country = models.CharField(
        max_length=2, default="GB", help_text="Two letters of the country that gave it: GB, IE, FR"
    )
    name_on_it = words("name on it", 100)
    issued = models.DateField("issued on", null=True, blank=True)
    expires = models.DateField("expires on", null=True, blank=True)
    suspected_false = models.BooleanField("suspected to be false", default=False)

    class Meta(Thing.Meta):
        """Found by its number."""

        abstract = False
        verbose_name = "identity document"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("document", "number"),
        ]

    def numbers(self) -> Mapping[str, Normal]:
        """The form of the number depends on what it is a number of, unless it may be false."""
        checks: dict[str, Normal] = {"country": country}
        if self.suspected_false:
            return checks
        if self.document_kind == self.DocumentKind.PASSPORT:
            checks["number"] = passport.normal
        elif self.document_kind == self.DocumentKind.DRIVING and self.country == "GB":
            checks["number"] = driver.normal
        return checks


@versioned
class Property(Thing):
    """Property of any other sort, stolen, found, seized or kept."""

    class PropertyKind(models.TextChoices):
        """What sort of property."""

        CLOTHING = "clothing", "Clothing or footwear"
        BAG = "bag", "Bag, purse or wallet"
        KEYS = "keys", "Keys"
        TOOL = "tool", "Tool"
        ELECTRICAL = "electrical", "Electrical goods"
        HOUSEHOLD = "household", "Household goods"
        PAPERS = "papers", "Papers"
        ANIMAL = "animal", "Animal"
        MEDICAL = "medical", "Medicine or medical device"
        OTHER = "other", "Other"

    KEYS = (("make", "serial"),)

    property_kind = one_of(PropertyKind, "kind of property")
    description = models.CharField(max_length=200)
    make = words(length=40)
    model = words(length=60)
    serial = words("serial number", 60)
    colour = colour()
    quantity = models.PositiveIntegerField(default=1)

    class Meta(Thing.Meta):
        """Found by its serial number."""

        abstract = False
        verbose_name = "item of property"
        verbose_name_plural = "other property"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("property", "make", "serial"),
        ]


@versioned
class Organisation(Thing):
    """A company, a charity, a public body, a club or a gang: people who act together."""

    class OrganisationKind(models.TextChoices):
        """What sort of organisation."""

        COMPANY = "company", "Company or business"
        CHARITY = "charity", "Charity"
        PUBLIC = "public", "Public body"
        SCHOOL = "school", "School or college"
        HEALTH = "health", "Health or care"
        CLUB = "club", "Club, society or place of worship"
        GANG = "gang", "Gang or organised crime group"
        OTHER = "other", "Other"

    NUMBERS = {
        "company_number": company.normal,
        "charity_number": charity.normal,
        "phone": phone.normal,
        "email": email.normal,
    }
    KEYS = (("company_number",), ("charity_number",), ("name_key",))

    name = models.CharField(max_length=150)
    name_key = models.CharField("name", max_length=150, editable=False)
    other_names = models.TextField(
        max_length=1000, blank=True, help_text="Trading names and former names, one to a line"
    )
    organisation_kind = one_of(OrganisationKind, "kind of organisation")
    company_number = words(length=12)
    charity_number = words(length=12)
    phone = words("telephone", 20)
    email = words("e-mail", 254)
    website = models.CharField(
        max_length=200, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )

    class Meta(Thing.Meta):
        """Found by its name and its numbers."""

        abstract = False
        verbose_name = "organisation"
        indexes: ClassVar[list[models.Index]] = [
            *Thing.Meta.indexes,
            index("organisation", "name_key"),
            index("organisation", "company_number"),
            index("organisation", "charity_number"),
        ]

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """The name is compared without capitals, spaces and points."""
        self.name_key = "".join(c for c in self.name.casefold() if c.isalnum())
        super().clean_fields(exclude)
