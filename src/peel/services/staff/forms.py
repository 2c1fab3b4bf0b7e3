"""What the commands about staff ask for."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Officer, Organisation, Role, Unit, User
from peel.machine.forms.base import CommandForm
from peel.machine.show import LONDON
from peel.machine.ui.forms import DayField, dressed
from peel.machine.ui.forms.fields import today
from peel.services.staff import queries

FIRST_WORDS = (
    "At least 12 characters. Three words that have nothing to do with each other are strong."
    " Hand it over in person, and ask for it to be changed at the first sign-in."
)


def _password(label: str, hint: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, help_text=hint, widget=widget, max_length=256, strip=False)


class ConfirmForm(CommandForm):
    """Nothing but yes."""


class EditUserForm(CommandForm):
    """How a user is called."""

    name = forms.CharField(label="Name", max_length=200, help_text="As on the staff list")
    collar_number = forms.CharField(label="Collar or staff number", max_length=20)
    username = forms.CharField(
        label="User name", max_length=150, help_text="To sign in with; capitals do not matter"
    )

    def clean_username(self) -> str:
        """Without spaces, which nobody sees at sign-in."""
        name = str(self.cleaned_data["username"])
        if any(letter.isspace() for letter in name):
            raise ValidationError("A user name has no spaces.")
        return name


class _TwicePassword(CommandForm):
    """A password that was typed twice alike and is no easy one."""

    def _check_password(self, **about: str) -> None:
        first, second = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if not first:
            return
        if second is not None and first != second:
            self.add_error("again", "The two passwords differ. Type both again.")
        try:
            validate_password(first, User(**about))
        except ValidationError as problem:
            self.add_error("password", problem)


class CreateUserForm(EditUserForm, _TwicePassword):
    """Who the user is, and the first password."""

    password = _password("First password", FIRST_WORDS)
    again = _password("First password again")

    def clean(self) -> dict[str, Any]:
        """Check the password against the names too."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        said = {n: found.get(n, "") for n in ("name", "username", "collar_number")}
        self._check_password(**said)
        return found


class PasswordForm(_TwicePassword):
    """Another password."""

    password = _password("New password", FIRST_WORDS)
    again = _password("New password again")

    def clean(self) -> dict[str, Any]:
        """Check the password."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_password()
        return found


class PlaceField(forms.ChoiceField):
    """A unit, or an organisation as a whole; its value is one of the two."""

    def offer(self, organisations: list[Organisation]) -> None:
        """Offer these organisations and all their units, as the tree has them."""
        self.choices = [("", "Choose one")]
        for organisation in organisations:
            self.choices.append((f"organisation:{organisation.pk}", organisation.name))
            self.choices += [
                (f"unit:{unit.pk}", f"{organisation.name}: {path}")
                for unit, path in queries.tree(organisation)
            ]

    def clean(self, value: Any) -> Unit | Organisation:
        """The unit or the organisation. Raises ValidationError for one that is not offered."""
        kind, _, key = str(super().clean(value)).partition(":")
        model = Unit if kind == "unit" else Organisation
        found: Unit | Organisation | None = model.objects.filter(pk=UUID(key)).first()
        if found is None:
            raise ValidationError("This unit is gone. Open the page again.")
        return found


class AppointForm(CommandForm):
    """The post: where, as what, how far it reaches, from and to."""

    place = PlaceField(label="Unit")
    role = forms.ChoiceField(label="Role", help_text="What each may do: see Roles")
    rank = forms.CharField(
        label="Rank or title", max_length=60, required=False, help_text="For example PC"
    )
    clearance = forms.TypedChoiceField(
        label="Clearance", choices=Marking.choices, coerce=int, widget=forms.RadioSelect,
        initial=int(Marking.OFFICIAL_SENSITIVE), help_text="Up to which marking records are seen",
    )  # fmt: skip
    starts = DayField(
        label="From", required=False, help_text="A day to come; leave it empty to begin now"
    )
    ends = DayField(
        label="To", required=False, help_text="The last day; leave it empty if it stays open"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.offer(queries.organisations(self.identity))
        roles = Role.objects.filter(system=False).values_list("name", flat=True)
        role: Any = self.fields["role"]
        role.choices = [("", "Choose one"), *((n, n[:1].upper() + n[1:]) for n in roles)]
        dressed(self.fields["rank"], width=20)

    def clean_starts(self) -> datetime.datetime | None:
        """When it begins: at midnight in London, or None for now."""
        day = self.cleaned_data["starts"]
        if day and day < today():
            raise ValidationError("A post cannot begin in the past: nobody held it then.")
        return midnight(day) if day and day > today() else None

    def clean_ends(self) -> datetime.datetime | None:
        """When it ends: with the last day."""
        return midnight(self.cleaned_data["ends"], days=1)


class EndForm(CommandForm):
    """When a post ends."""

    ends = DayField(
        label="Last day", required=False, help_text="Leave it empty to end the post now"
    )

    def clean_ends(self) -> datetime.datetime | None:
        """With the last day, or None for now."""
        day = self.cleaned_data["ends"]
        if day and day < today():
            raise ValidationError("A post cannot end in the past: it was held then.")
        return midnight(day, days=1)


class LendForm(CommandForm):
    """Who acts for the post, from when to when, and why."""

    colleague = forms.CharField(
        label="Collar or staff number of your colleague", max_length=20,
        help_text="Somebody who holds a post in the same organisation",
    )  # fmt: skip
    starts = DayField(label="From", required=False, help_text="Leave it empty to begin now")
    ends = DayField(label="To", help_text="The last day, at most three months on")
    reason = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example annual leave. Do not write down anything about health.",
    )  # fmt: skip

    def clean_colleague(self) -> UUID:
        """The colleague of that number."""
        asked = str(self.cleaned_data["colleague"]).strip()
        within = [one.pk for one in queries.own_organisation(self.identity)]
        found = Officer.objects.filter(
            collar_number__iexact=asked, current=True, organisation_id__in=within
        ).first()
        if found is None:
            raise ValidationError("Nobody in your organisation has this number.")
        return found.user_id

    def clean_starts(self) -> datetime.datetime | None:
        """When it begins: at midnight in London, or None for now."""
        day = self.cleaned_data["starts"]
        if day and day < today():
            raise ValidationError("It cannot begin in the past.")
        return midnight(day) if day and day > today() else None

    def clean_ends(self) -> datetime.datetime | None:
        """When it ends: with the last day."""
        return midnight(self.cleaned_data["ends"], days=1)


class RenameUnitForm(CommandForm):
    """A unit's name."""

    name = forms.CharField(label="Name", max_length=200)


class CreateUnitForm(RenameUnitForm):
    """A unit's name, and what it is a part of."""

    place = PlaceField(label="Part of")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.offer(queries.organisations(self.identity))


class OrganisationForm(CommandForm):
    """An organisation's name and short code."""

    name = forms.CharField(label="Name", max_length=200)
    code = forms.CharField(label="Short code", max_length=20, help_text="For example TMP")


def midnight(day: datetime.date | None, *, days: int = 0) -> datetime.datetime | None:
    """When a day (or one so many days later) begins in London."""
    if day is None:
        return None
    begins = datetime.datetime.combine(day + datetime.timedelta(days=days), datetime.time())
    return timezone.make_aware(begins, LONDON)
