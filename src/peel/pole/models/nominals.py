"""The nominal: a person known to the police, with names, dates of birth and identifiers."""

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.base.dates import PartialDateField, not_in_future
from peel.kernel.records.models import Kind
from peel.kernel.records.versions import versioned
from peel.pole.facts.identifiers import IdentifierKind, normal_identifier
from peel.pole.facts.kinds import FACTS
from peel.pole.models.assertions import Fact


@versioned
class Nominal(Kind):
    """A person as one source knows her. Names, date of birth and sex here are the golden view of
    this record's own assertions; records of the same person stand in one cluster.
    """

    family_name = models.CharField(max_length=100, blank=True, editable=False)
    given_names = models.CharField(max_length=100, blank=True, editable=False)
    date_of_birth = PartialDateField(
        "date of birth", null=True, blank=True, editable=False, validators=[not_in_future]
    )
    sex = models.CharField(max_length=2, choices=list(FACTS["sex"].codes.items()), default="N")
    description = models.TextField(
        max_length=2000, blank=True, help_text="What helps to know them, in a few words"
    )

    class Meta(Kind.Meta):
        """Listed by name and by newest."""

        abstract = False
        verbose_name = "nominal"
        indexes = [
            models.Index(fields=["-carried_created_at", "-record_ptr"], name="pole_nominal_new"),
            models.Index(fields=["family_name", "record_ptr"], name="pole_nominal_family"),
        ]


@versioned
class NominalName(Fact):
    """A name that the nominal bears or bore."""

    class NameKind(models.TextChoices):
        """What sort of name it is."""

        CURRENT = "current", "Current name"
        MARRIED = "married", "Married name"
        BIRTH = "birth", "Birth name"
        PREVIOUS = "previous", "Previous name"
        RELIGIOUS = "religious", "Religious or traditional name"
        ALIAS = "alias", "Alias"
        STREET = "street", "Street name"
        NICKNAME = "nickname", "Nickname"

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="names")
    kind = models.CharField(
        "kind of name", max_length=10, choices=NameKind, default=NameKind.CURRENT
    )
    family_name = models.CharField(max_length=100, blank=True)
    given_names = models.CharField(max_length=100, blank=True)

    class Meta:
        """A name has at least one part."""

        constraints = [
            models.CheckConstraint(
                condition=~models.Q(family_name="", given_names=""),
                name="pole_name_not_empty",
                violation_error_message="Enter a family name, given names or both.",
            )
        ]

    def __str__(self) -> str:
        return full_name(self.family_name, self.given_names)


@versioned
class NominalDateOfBirth(Fact):
    """A date of birth, exact, partial or uncertain, that somebody gave."""

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="dates_of_birth")
    date_of_birth = PartialDateField("date of birth", validators=[not_in_future])

    def __str__(self) -> str:
        return str(self.date_of_birth)


@versioned
class NominalIdentifier(Fact):
    """A number by which another system knows the nominal."""

    IdentifierKind = IdentifierKind

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="identifiers")
    kind = models.CharField("kind of number", max_length=10, choices=IdentifierKind)
    value = models.CharField("number", max_length=40)

    def clean(self) -> None:
        """Write the number in its one form. Raises ValidationError naming `value`."""
        try:
            self.value = normal_identifier(self.kind, self.value)
        except ValidationError as problem:
            raise ValidationError({"value": problem.messages}) from None

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"


def full_name(family_name: str, given_names: str) -> str:
    """A name as records write it: "SMITH, John Paul"."""
    return ", ".join(part for part in (family_name.upper(), given_names) if part)
