"""What every object has in common: one form for its numbers, and one record for one thing."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.records.models import Kind
from peel.pole.objects import twins

Normal = Callable[[str], str]


class Thing(Kind):
    """An object or an organisation.

    `NUMBERS` gives each number the function that checks it and writes it in one form. `KEYS` are
    the fields (or groups of fields) of which two things cannot have the same, unless the officer
    says why. One of `ONE_OF` has to be known.
    """

    NUMBERS: ClassVar[Mapping[str, Normal]] = {}
    KEYS: ClassVar[tuple[tuple[str, ...], ...]] = ()
    ONE_OF: ClassVar[tuple[str, ...]] = ()

    notes = models.TextField(max_length=2000, blank=True, help_text="Marks, damage, what tells it")
    another_because = models.CharField(
        "why this is another one",
        max_length=500,
        blank=True,
        help_text="Only if one with the same number is recorded already: false plates, a cloned"
        " handset, a number given out again",
    )

    class Meta(Kind.Meta):
        """Listed by newest."""

        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-carried_created_at", "-record_ptr"], name="objects_%(class)s_new"
            )
        ]

    def numbers(self) -> Mapping[str, Normal]:
        """How each number of this thing is checked; kinds whose numbers depend on more say so."""
        return self.NUMBERS

    def clean(self) -> None:
        """Settle what was given, and refuse a second record of the thing.

        Raises ValidationError by field.
        """
        self.settle()
        if problems := twins.recorded_already(self):
            raise ValidationError(problems)

    def settle(self) -> None:
        """Write numbers one way, ask for what tells the thing. Raises ValidationError by field."""
        problems: dict[str, list[str]] = {}
        for name, normal in self.numbers().items():
            try:
                if value := getattr(self, name):
                    setattr(self, name, normal(value))
            except ValidationError as problem:
                problems[name] = problem.messages
        if self.ONE_OF and not any(getattr(self, name) for name in self.ONE_OF):
            problems.setdefault(self.ONE_OF[0], [self._what_is_needed()])
        if problems:
            raise ValidationError(problems)

    def _what_is_needed(self) -> str:
        words = [str(self._meta.get_field(name).verbose_name) for name in self.ONE_OF]  # type: ignore[union-attr]
        return f"Enter at least one of: {', '.join(words)}."


def index(kind: str, *fields: str) -> models.Index:
    """The index by which one record is found by its number."""
    return models.Index(fields=[*fields, "record_ptr"], name=f"objects_{kind}_{fields[-1]}"[:30])


class Colour(models.TextChoices):
    """The colours in which DVLA registers vehicles; other things have them too."""

    BEIGE = "beige", "Beige"
    BLACK = "black", "Black"
    BLUE = "blue", "Blue"
    BRONZE = "bronze", "Bronze"
    BROWN = "brown", "Brown"
    CREAM = "cream", "Cream"
    GOLD = "gold", "Gold"
    GREEN = "green", "Green"
    GREY = "grey", "Grey"
    MAROON = "maroon", "Maroon"
    MULTI = "multi", "Multi-coloured"
    ORANGE = "orange", "Orange"
    PINK = "pink", "Pink"
    PURPLE = "purple", "Purple"
    RED = "red", "Red"
    SILVER = "silver", "Silver"
    TURQUOISE = "turquoise", "Turquoise"
    WHITE = "white", "White"
    YELLOW = "yellow", "Yellow"


def colour() -> "models.CharField[str, str]":
    """A colour, when it is known."""
    return models.CharField(max_length=12, choices=Colour, blank=True)


def words(name: str = "", length: int = 80, help_text: str = "") -> "models.CharField[str, str]":
    """A short text that may be empty, called `name` on pages."""
    return models.CharField(name or None, max_length=length, blank=True, help_text=help_text)


def one_of(choices: type[models.TextChoices], name: str = "kind") -> "models.CharField[str, str]":
    """A choice, left empty while nobody knows: a form that chose for one would be believed."""
    return models.CharField(name, max_length=20, choices=choices, blank=True)
