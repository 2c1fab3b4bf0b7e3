"""Tokens made, replaced and ended, and programs made: each with its line, at the door."""

from datetime import timedelta
from uuid import UUID

from peel.kernel.access import tokens
from peel.kernel.access.models import ApiToken, Appointment, Organisation, Unit
from peel.kernel.audit.ledger import Act
from peel.kernel.base.ids import uuid7
from peel.machine.commands.registry import command
from peel.machine.forms.base import CommandForm
from peel.services.programs import forms, rules
from peel.services.staff.running import Change


def _make(
    change: Change, *, post: Appointment, name: str, purpose: str, days: int, scopes: list[str]
) -> str:
    """A new token for an appointment; gives the token, which is kept nowhere."""
    made, token = tokens.mint(
        post.pk, name=name, purpose=purpose, scopes=scopes, lifetime=timedelta(days=days)
    )
    _tell(change, made, post, scopes)
    change.detail["days"] = days
    return token


def _tell(change: Change, made: UUID, post: Appointment, scopes: list[str]) -> None:
    change.about = [post.user_id]
    change.detail = {"api_token": made, "appointment": post.pk, "scopes": scopes}


make = command(
    "access.token.create", title="Make an API token", permission=rules.MAKE, act=Act.ACCESS,
    form=forms.TokenForm,
)(_make)  # fmt: skip
make_for_program = command(
    "staff.token.create", title="Make an API token for a program", permission=rules.MANAGE,
    act=Act.ACCESS, form=forms.TokenForm,
)(_make)  # fmt: skip


@command(
    "access.token.replace", title="Replace this token", permission=rules.MAKE, act=Act.ACCESS,
    form=CommandForm,
)  # fmt: skip
def replace(change: Change, *, old: ApiToken) -> str:
    """A new token like an old one, which ends: for the same time again."""
    made, token = tokens.mint(
        old.appointment_id, name=old.name, purpose=old.purpose, scopes=old.scopes,
        lifetime=old.expires - old.created, follows=old.pk,
    )  # fmt: skip
    tokens.end(old.pk)
    _tell(change, made, old.appointment, list(old.scopes))
    change.detail["follows"] = old.pk
    return token


def _end(change: Change, *, old: ApiToken) -> None:
    """It opens nothing from now on."""
    change.about = [tokens.end(old.pk)]
    change.detail = {"api_token": old.pk}


end = command(
    "access.token.end", title="End this token", permission=rules.MAKE, act=Act.ACCESS,
    form=CommandForm,
)(_end)  # fmt: skip
end_of_program = command(
    "staff.token.end", title="End this token", permission=rules.MANAGE, act=Act.ACCESS,
    form=CommandForm,
)(_end)  # fmt: skip


@command(
    "staff.program.create", title="Add a program", permission=rules.MANAGE, act=Act.ACCESS,
    form=forms.ProgramForm,
)  # fmt: skip
def create_program(
    change: Change, *, name: str, collar_number: str, place: Unit | Organisation, role: str,
    clearance: int,
) -> UUID:  # fmt: skip
    """A caller that nobody signs in as; gives its appointment."""
    user, post = uuid7(), uuid7()
    unit = place.pk if isinstance(place, Unit) else None
    organisation = place.organisation_id if isinstance(place, Unit) else place.pk
    change.call(
        "create_program", user, post, name, collar_number, organisation, unit, role, clearance
    )
    change.about = [user]
    change.detail = {"appointment": post, "role": role, "clearance": clearance}
    return post
