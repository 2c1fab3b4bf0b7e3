"""What is said of a person besides names, dates of birth and numbers."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.records.models import Record
from peel.kernel.records.versions import versioned
from peel.pole.facts import kinds
from peel.pole.facts.contacts import ContactKind, normal_contact
from peel.pole.models.assertions import Assertion, Fact
from peel.pole.models.nominals import Nominal


@versioned
class NominalFact(Fact):
    """One descriptive fact: its kind (declared in `facts.kinds`) and its value, a code or words."""

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="facts")
    kind = models.SlugField("kind of fact", max_length=24, choices=kinds.CHOICES, db_index=False)
    value = models.CharField(max_length=200)

    class Meta:
        """Read by person."""

    def __str__(self) -> str:
        return kinds.FACTS[self.kind].words(self.value) if self.kind in kinds.FACTS else self.value

    def clean(self) -> None:
        """Write the value in its one form. Raises ValidationError naming `value`."""
        kind = kinds.FACTS.get(self.kind)
        if kind is None:
            raise ValidationError({"kind": "Choose what kind of fact it is."})
        try:
            self.value = kind.normal(self.value)
        except ValidationError as problem:
            raise ValidationError({"value": problem.messages}) from None


@versioned
class NominalMark(Fact):
    """A mark, scar or tattoo, with the place of the body that bears it."""

    class MarkKind(models.TextChoices):
        """What sort of mark it is."""

        SCAR = "scar", "Scar"
        TATTOO = "tattoo", "Tattoo"
        MARK = "mark", "Mark"
        BIRTHMARK = "birthmark", "Birthmark"
        PIERCING = "piercing", "Piercing"
        DEFORMITY = "missing", "Missing or deformed part"
        OTHER = "other", "Other"

    class Side(models.TextChoices):
        """Which side of the body, as the person has it."""

        NONE = "", "Not said"
        LEFT = "left", "Left"
        RIGHT = "right", "Right"
        BOTH = "both", "Both"
        FRONT = "front", "Front"
        BACK = "back", "Back"

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="marks")
    kind = models.CharField("kind of mark", max_length=10, choices=MarkKind)
    body_place = models.CharField("place of the body", max_length=12, choices=kinds.BODY_PLACES)
    side = models.CharField(max_length=6, choices=Side, default=Side.NONE, blank=True)
    description = models.CharField(max_length=200)

    def __str__(self) -> str:
        where = " ".join(filter(None, [self.side, self.get_body_place_display().lower()]))
        return f"{self.get_kind_display()}, {where}: {self.description}"


@versioned
class NominalContact(Fact):
    """A way to reach the person."""

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="contacts")
    kind = models.CharField("kind of contact", max_length=8, choices=ContactKind)
    value = models.CharField("number or address", max_length=200)
    safe = models.CharField(
        "is it safe to use",
        max_length=4,
        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No: do not use it")],
        default="",
        blank=True,
    )
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        unsafe = " (do not use: not safe)" if self.safe == "no" else ""
        return f"{self.get_kind_display()} {self.value}{unsafe}"

    def clean(self) -> None:
        """Write the number or address in its one form. Raises ValidationError naming `value`."""
        try:
            self.value = normal_contact(self.kind, self.value)
        except ValidationError as problem:
            raise ValidationError({"value": problem.messages}) from None


@versioned
class Pin(Assertion):
    """A person's choice of which fact stands for a person, against the declared order.

    `what` is the golden fact ("name", "date_of_birth", or a kind of fact), `fact_id` the assertion
    that was chosen. It holds until it is ended or what it chose no longer holds.
    """

    nominal = models.ForeignKey(Nominal, models.PROTECT, related_name="pins")
    what = models.SlugField(max_length=24, db_index=False)
    fact_id = models.UUIDField()
    reason = models.CharField(max_length=500)

    class Meta:
        """One choice of a fact at a time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["nominal", "what"],
                condition=models.Q(ended_at=None),
                name="pole_pin_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


class MarkerType(models.Model):
    """A warning, an information marker or a standing ("wanted"). Data, not code.

    `review_days` is how long one stands before it is to be looked at again; empty `on_kinds` allow
    any kind of record. The codes follow the two-letter signals of the Police National Computer;
    a force checks them against its own guidance before use.
    """

    class Sort(models.TextChoices):
        """How loudly it is shown."""

        WARNING = "warning", "Warning"
        STANDING = "standing", "Standing"
        INFORMATION = "information", "Information"

    code = models.SlugField(primary_key=True, max_length=24)
    title = models.CharField(max_length=60)
    sort = models.CharField(max_length=12, choices=Sort)
    colour = models.CharField(max_length=12, default="red")
    on_kinds = models.JSONField(default=list, blank=True)
    review_days = models.PositiveSmallIntegerField(default=365)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        """In the order in which they are offered and shown."""

        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.title

    def fits(self, kind: str) -> bool:
        """Whether a record of that kind may bear it."""
        return not self.on_kinds or kind in self.on_kinds


@versioned
class Marker(Assertion):
    """A marker on a record, with its reason; days are London's."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="markers")
    type = models.ForeignKey(MarkerType, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField("why", max_length=500)
    review_on = models.DateField("to be looked at again on")
    expires_on = models.DateField("ends by itself on", null=True, blank=True)

    class Meta:
        """A record bears a marker once at a time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record", "type"],
                condition=models.Q(ended_at=None),
                name="pole_marker_once",
                violation_error_message="This record bears that marker already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.reason}"
