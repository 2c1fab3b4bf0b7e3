"""What the making of a token, and of a program, asks for."""

from typing import Any

from django import forms

from peel.kernel.access import permissions
from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Appointment, Role
from peel.machine.forms.base import CommandForm
from peel.services.staff import queries
from peel.services.staff.forms import PlaceField

DAYS = ((7, "A week"), (30, "30 days"), (90, "90 days"), (180, "Half a year"), (365, "A year"))


class TokenForm(CommandForm):
    """What a token is for, how long it holds, and what it may do."""

    name = forms.CharField(
        label="Name", max_length=100, help_text="What uses it: “Nightly figures for the web page”"
    )
    purpose = forms.CharField(
        label="Purpose", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It stands in the ledger with each look, unless a call gives its own",
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label="Ends after", choices=DAYS, coerce=int, initial=90, widget=forms.RadioSelect
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?", widget=forms.CheckboxSelectMultiple,
        help_text="Choose as little as it needs. It never does more than the role itself.",
    )  # fmt: skip

    def __init__(self, *args: Any, post: Appointment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices = choices(post.role_id) if post else []


def choices(role: str) -> list[tuple[str, str]]:
    """Every permission that a role has, in words. Call within `speaking`."""
    held = queries.held_by([role]).get(role, frozenset())
    found = {
        permission: f"{ability.heading}: {ability.words[:1].lower()}{ability.words[1:]}"
        for permission, ability in queries.known()
        if permissions.allows(held, permission)
    }
    return sorted(found.items(), key=lambda each: each[1])


class ProgramForm(CommandForm):
    """Which program it is, and as what it acts."""

    name = forms.CharField(label="Name", max_length=200, help_text="For example Custody kiosk")
    collar_number = forms.CharField(
        label="Number", max_length=20, help_text="Of your own choice, as a staff number is"
    )
    place = PlaceField(label="Unit")
    role = forms.ChoiceField(label="Role", help_text="Roles for programs alone")
    clearance = forms.TypedChoiceField(
        label="Clearance", choices=Marking.choices, coerce=int, widget=forms.RadioSelect,
        initial=int(Marking.OFFICIAL),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.offer(queries.organisations(self.identity))
        role: Any = self.fields["role"]
        names = Role.objects.filter(system=True).values_list("name", flat=True)
        role.choices = [("", "Choose one"), *((n, n[:1].upper() + n[1:]) for n in names)]
