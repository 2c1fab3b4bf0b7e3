"""Organisations, units, officers and signed-in clients for tests, committed for real."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections, transaction
from django.test import Client

from peel.kernel.access.identity import Identity, identify, mint
from peel.kernel.access.models import (
    Agreement,
    Appointment,
    Organisation,
    Role,
    RolePermission,
    Unit,
    User,
)
from peel.kernel.access.roles import seed

PASSWORD = "correct-horse-battery"
_numbers = itertools.count(1)


def organisation(name: str = "Thamesmarch Police", code: str = "") -> Organisation:
    """The organisation of that name; made if it is not there."""
    made, _ = Organisation.objects.using("owner").get_or_create(
        name=name, defaults={"code": code or "".join(w[0] for w in name.split())[:12] + _next()}
    )
    return made


def unit(
    name: str = "Response Team A", *, of: Organisation | None = None, parent: Unit | None = None
) -> Unit:
    """The unit of that name in the organisation `of`; made if it is not there."""
    made, _ = Unit.objects.using("owner").get_or_create(
        name=name, organisation=of or (parent.organisation if parent else organisation()),
        parent=parent,
    )  # fmt: skip
    return made


def role(name: str, *permissions: str, **fields: Any) -> Role:
    """The role `name`: the default one, or a new one with exactly these permissions."""
    if not Role.objects.using("owner").exists():
        seed("owner")
    made, is_new = Role.objects.using("owner").get_or_create(
        name=name, defaults={"description": name, **fields}
    )
    if is_new:
        for permission in permissions:
            RolePermission.objects.using("owner").create(role=made, permission=permission)
    return made


def user(password: str | None = PASSWORD, **fields: Any) -> User:
    """A new user, with a user name and a collar number that nobody else has.

    Hashing a password takes long: give None for a user who does not sign in by hand.
    """
    number = _next()
    filled = {
        "username": f"officer{number}",
        "name": f"Officer {number}",
        "collar_number": f"T{number}",
    } | fields
    return User.objects.db_manager("owner").create_user(password=password, **filled)


def appointment(
    holder: User,
    role_name: str = "response officer",
    *,
    clearance: int = 2,
    of: Unit | None = None,
    **fields: Any,
) -> Appointment:
    """A post for `holder` in the unit `of`, from now on."""
    place = of or unit()
    fields = {"rank": "PC", "organisation_id": place.organisation_id} | fields
    return Appointment.objects.using("owner").create(
        user=holder, unit=place, role=role(role_name), clearance=clearance, **fields
    )


def officer(role: str = "response officer", clearance: int = 2, **kw: Any) -> Identity:
    """A new officer, signed in.

    `of` is the unit, `permissions` makes a role of its own, `lifetime` and `idle_limit` bound
    the session, `appointment_fields` and the rest are fields of the appointment and the user.
    """
    place = kw.pop("of", None)
    lifetime, idle_limit = kw.pop("lifetime", None), kw.pop("idle_limit", None)
    if "permissions" in kw:
        role = f"role {_next()}"
        globals()["role"](role, *kw.pop("permissions"))
    fields = kw.pop("appointment_fields", {})
    post = appointment(
        user(**{"password": None} | kw), role, clearance=clearance, of=place, **fields
    )
    return signed_in(post, lifetime=lifetime, idle_limit=idle_limit)


def signed_in(
    post: Appointment, *, lifetime: timedelta | None = None, idle_limit: timedelta | None = None
) -> Identity:
    """The identity of a new session for an appointment."""
    token = mint(post.user_id, post.pk, lifetime=lifetime, idle_limit=idle_limit)
    found = identify(token)
    assert found is not None
    return found


def agreement(giver: Organisation, receiver: Organisation) -> Agreement:
    """`receiver` sees the records of `giver` from now on."""
    return Agreement.objects.using("owner").create(
        giver=giver, receiver=receiver, ground="A test's agreement"
    )


def signed_in_client(identity: Identity, **kw: Any) -> Client:
    """A test client that carries the identity and a real session, with the purpose of sign-in."""
    session = SessionStore()
    session[SESSION_KEY] = str(identity.user_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = _session_hash(identity.user_id)
    session["purpose"] = {"kind": "own caseload"}
    session.save()
    client = Client(**kw)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.cookies[settings.PEEL_IDENTITY_COOKIE] = identity.token
    return client


def system_appointment(role_name: str = "loader") -> Appointment:
    """A post for a program, which signs in by `speaking_as_system`."""
    return appointment(user(None), role_name, clearance=3)


def _session_hash(user_id: UUID) -> str:
    return User.objects.get(pk=user_id).get_session_auth_hash()


def unproved(identity: Identity) -> Identity:
    """The same identity, an hour after it last proved itself."""
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "update access_sessiontoken set proved_at = proved_at - interval '1 hour'"
            " where id = %s",
            [identity.session_id],
        )
    found = identify(identity.token)
    assert found is not None
    return found


def end_appointment(identity: Identity) -> None:
    """End the post that `identity` is signed in for, now."""
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "update access_appointment set ends = clock_timestamp() where id = %s",
            [identity.appointment_id],
        )


def _next() -> str:
    return str(next(_numbers))


def run_out(identity: Identity, bound: str = "lifetime") -> None:
    """Let the session of `identity` reach the end of its lifetime, or of its rest, now."""
    column = {"lifetime": "expires", "idle_limit": "last_seen"}[bound]
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            f"update access_sessiontoken set {column} = {column} - interval '13 hours'"
            " where appointment_id = %s",
            [identity.appointment_id],
        )
