"""The commands about staff. Rules are the database's own (sql/01_writing.sql); see running.py."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from peel.kernel.access.models import Organisation, Unit, User
from peel.kernel.audit.ledger import Act
from peel.kernel.base.ids import uuid7
from peel.machine.commands.registry import Command, command
from peel.services.staff import forms, locks, rules
from peel.services.staff.running import DOOR, Change


@command(
    "staff.user.create", title="Create a user", permission=rules.USER_CREATE, act=Act.ACCESS,
    form=forms.CreateUserForm,
)  # fmt: skip
def create_user(
    change: Change, *, username: str, name: str, collar_number: str, password: str, **rest: Any
) -> UUID:
    """A new user with a first password and no post yet; gives the id."""
    made = uuid7()
    hashed = make_password(password)
    change.call("create_user", made, username, name, collar_number, hashed)
    change.about = [made]
    return made


@command(
    "staff.user.edit", title="Change name or number", permission=rules.USER_EDIT, act=Act.ACCESS,
    form=forms.EditUserForm,
)  # fmt: skip
def edit_user(
    change: Change, *, user_id: UUID, username: str, name: str, collar_number: str
) -> None:
    """Change how a user is called, and the name to sign in with."""
    change.call("edit_user", user_id, username, name, collar_number)
    change.about = [user_id]


@command(
    "staff.user.deactivate", title="Deactivate", permission=rules.USER_DEACTIVATE, act=Act.ACCESS,
    form=forms.ConfirmForm,
)  # fmt: skip
def deactivate(change: Change, *, user_id: UUID) -> None:
    """Nobody signs in as this user from now on, and whoever is signed in is signed out."""
    change.call("set_active", user_id, False)
    change.about = [user_id]


@command(
    "staff.user.activate", title="Make active again", permission=rules.USER_DEACTIVATE,
    act=Act.ACCESS, form=forms.ConfirmForm,
)  # fmt: skip
def activate(change: Change, *, user_id: UUID) -> None:
    """The user may sign in again, for whatever posts are still held."""
    change.call("set_active", user_id, True)
    change.about = [user_id]


@command(
    "staff.user.set_password", title="Set a new password", permission=rules.USER_RESET,
    act=Act.ACCESS, form=forms.PasswordForm,
)  # fmt: skip
def set_password(change: Change, *, user_id: UUID, password: str, **rest: Any) -> None:
    """Give a user another password; it ends all sessions."""
    change.call("set_password", user_id, make_password(password))
    change.about = [user_id]


@command(
    "staff.user.reset_second_factor", title="Reset the second factor",
    permission=rules.USER_RESET, act=Act.ACCESS, form=forms.ConfirmForm,
)  # fmt: skip
def reset_second_factor(change: Change, *, user_id: UUID) -> None:
    """Take away the authenticator app and the recovery codes; it ends all sessions."""
    change.call("reset_second_factor", user_id)
    change.about = [user_id]


@command(
    "staff.user.end_sessions", title="Sign out everywhere",
    permission=rules.USER_END_SESSIONS, act=Act.ACCESS, form=forms.ConfirmForm,
)  # fmt: skip
def end_sessions(change: Change, *, user_id: UUID) -> None:
    """End every session of a user, at once."""
    change.detail = {"ended": change.call("end_sessions", user_id)}
    change.about = [user_id]


@command(
    "staff.user.unlock", title="Unlock", permission=rules.USER_UNLOCK, act=Act.ACCESS,
    form=forms.ConfirmForm,
)  # fmt: skip
def unlock(change: Change, *, user_id: UUID) -> None:
    """Let a user try again at once after too many wrong passwords or codes."""
    change.call("demand_unlock", user_id)
    locks.unlock(User.objects.using(DOOR).values_list("username", flat=True).get(pk=user_id),
                 user_id)  # fmt: skip
    change.about = [user_id]


@command(
    "staff.user.appoint", title="Appoint", permission=rules.USER_APPOINT, act=Act.ACCESS,
    form=forms.AppointForm,
)  # fmt: skip
def appoint(
    change: Change, *, user_id: UUID, place: Unit | Organisation, role: str, rank: str,
    clearance: int, starts: datetime.datetime | None, ends: datetime.datetime | None,
) -> UUID:  # fmt: skip
    """Give a user a post, from now or a day to come; gives the appointment's id."""
    made = uuid7()
    unit = place.pk if isinstance(place, Unit) else None
    organisation = place.organisation_id if isinstance(place, Unit) else place.pk
    change.call("appoint", made, user_id, organisation, unit, role, rank, clearance, starts, ends)
    change.about = [user_id]
    change.detail = {
        "appointment": made, "unit": unit, "organisation": organisation, "role": role,
        "clearance": clearance, "starts": starts and starts.isoformat(),
        "ends": ends and ends.isoformat(),
    }  # fmt: skip
    return made


@command(
    "staff.user.end_appointment", title="End this post", permission=rules.USER_APPOINT,
    act=Act.ACCESS, form=forms.EndForm,
)  # fmt: skip
def end_appointment(
    change: Change, *, appointment_id: UUID, ends: datetime.datetime | None
) -> UUID:
    """End a post, now or at the end of a day; gives whose it was."""
    user_id: UUID = change.call("end_appointment", appointment_id, ends)
    change.about = [user_id]
    change.detail = {"appointment": appointment_id, "ends": ends and ends.isoformat()}
    return user_id


@command(
    "staff.unit.create", title="Create a unit", permission=rules.UNIT_CREATE, act=Act.ACCESS,
    form=forms.CreateUnitForm,
)  # fmt: skip
def create_unit(change: Change, *, place: Unit | Organisation, name: str) -> UUID:
    """A new unit, below another one or directly below its organisation; gives the id."""
    made = uuid7()
    parent = place.pk if isinstance(place, Unit) else None
    organisation = place.organisation_id if isinstance(place, Unit) else place.pk
    change.call("create_unit", made, organisation, parent, name)
    change.about = [made]
    change.detail = {"organisation": organisation, "parent": parent}
    return made


@command(
    "staff.unit.rename", title="Rename the unit", permission=rules.UNIT_EDIT, act=Act.ACCESS,
    form=forms.RenameUnitForm,
)  # fmt: skip
def rename_unit(change: Change, *, unit_id: UUID, name: str) -> None:
    """Give a unit another name."""
    change.call("rename_unit", unit_id, name)
    change.about = [unit_id]


@command(
    "staff.organisation.create", title="Create an organisation",
    permission=rules.ORGANISATION_CREATE, act=Act.ACCESS, form=forms.OrganisationForm,
)  # fmt: skip
def create_organisation(change: Change, *, name: str, code: str) -> UUID:
    """A new organisation; gives the id."""
    made = uuid7()
    change.call("create_organisation", made, name, code)
    change.about = [made]
    return made


@command(
    "staff.organisation.rename", title="Rename the organisation",
    permission=rules.ORGANISATION_EDIT, act=Act.ACCESS, form=forms.OrganisationForm,
)  # fmt: skip
def rename_organisation(change: Change, *, organisation_id: UUID, name: str, code: str) -> None:
    """Give an organisation another name or code."""
    change.call("rename_organisation", organisation_id, name, code)
    change.about = [organisation_id]


def of_user(active: bool) -> list[tuple[str, Command]]:
    """The commands on a user, each with the last part of its address."""
    found = [
        ("edit", edit_user), ("password", set_password), ("second-factor", reset_second_factor),
        ("unlock", unlock), ("sign-out", end_sessions),
        ("deactivate", deactivate) if active else ("activate", activate),
    ]  # fmt: skip
    return [("appoint", appoint), *found] if active else found
