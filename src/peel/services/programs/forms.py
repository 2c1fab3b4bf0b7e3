"""What the making of a token, and of a program, asks for."""

from typing import Any

from django import forms

from peel.kernel.access import permissions
from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Appointment, Role
from peel.machine import registry
from peel.machine.commands.registry import command_creating, commands_on
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
    """Every permission of a role that an operation of the API asks for, in words.

    Call within `speaking`. Where several commands ask for one permission, the first stands for it.
    """
    held = queries.held_by([role]).get(role, frozenset())
    asked = _asked_by_the_api()
    found: dict[str, str] = {}
    for permission, ability in queries.known():
        if permission in asked and permissions.allows(held, permission):
            words = f"{ability.heading}: {ability.words[:1].lower()}{ability.words[1:]}"
            found.setdefault(permission, words)
    return sorted(found.items(), key=lambda each: each[1])


def _asked_by_the_api() -> set[str]:
    asked = {permission for permission, _ in queries.known() if permission.startswith("files.")}
    for sheet in registry.sheets():
        asked.add(sheet.may.view)
        creating = command_creating(sheet.model)
        of_sheet = [*commands_on(sheet.model), *([creating] if creating else [])]
        asked |= {command.permission for command in of_sheet}
    return asked


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
