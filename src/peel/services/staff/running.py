"""Runs a command about staff: permission, transaction at the door, ledger line.

It is the machine's runner for what is no record: the change and its line are one transaction of
the role `door`, the only one that may call the functions of schema `staff`. A refusal or failure
leaves a line apart. No line, no change.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from django.db import DatabaseError, connections

from peel.kernel.access import step_up
from peel.kernel.access.identity import speaking
from peel.kernel.audit import ledger
from peel.machine.commands.problems import (
    Invalid,
    NotFound,
    NotPermitted,
    Problem,
    ProveItIsYou,
    Refused,
)
from peel.machine.commands.registry import Command

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

DOOR = "door"
# Which field is wrong when a constraint says that something is there already.
_CLASHES = {
    "access_user_username": ("username", "Somebody has this user name already."),
    "access_user_collar_number": ("collar_number", "Somebody has this number already."),
    "access_unit_name_once": ("name", "There is a unit of this name in the same place already."),
    "access_organisation_name": ("name", "There is an organisation of this name already."),
    "access_organisation_code": ("code", "Another organisation has this code."),
}


class Change:
    """One command's transaction: what it is about, and what the line says of it.

    `detail` holds ids and plain values: no names, for those may have to be erased one day.
    """

    def __init__(self, identity: "Identity") -> None:
        self.identity = identity
        self.about: list[UUID] = []
        self.detail: dict[str, Any] = {}

    def call(self, function: str, *values: Any) -> Any:
        """Call a function of schema `staff`; gives what it gives."""
        marks = ", ".join(["%s"] * len(values))
        with connections[DOOR].cursor() as cursor:
            cursor.execute(f"select staff.{function}({marks})", values)
            return cursor.fetchone()[0]


def run(
    command: Command,
    identity: "Identity | None",
    values: Mapping[str, Any] | None = None,
    *,
    about: Sequence[UUID] = (),
) -> Any:
    """Run `command` for `identity` and give what its function gives.

    `about` is for the line of a refusal. Raises a Problem when it is refused; whatever happens a
    line stands in the ledger, and nothing is half-written.
    """
    try:
        if identity is None or not identity.may(command.permission):
            raise NotPermitted
        if step_up.lacks_proof(identity, command.permission):
            raise ProveItIsYou
        return _attempt(command, identity, values or {})
    except Problem as problem:
        _account(command, identity, ledger.Outcome.REFUSED, about, type(problem).__name__)
        raise
    except Exception as failure:
        _account(command, identity, ledger.Outcome.FAILED, about, type(failure).__name__)
        raise


def _attempt(command: Command, identity: "Identity", values: Mapping[str, Any]) -> Any:
    try:
        with speaking(identity, using=DOOR):
            change = Change(identity)
            result = command.function(change, **values)
            ledger.write(
                act=command.act,
                name=command.name,
                subjects=change.about,
                detail=change.detail or None,
                using=DOOR,
            )
            return result
    except DatabaseError as error:
        _raise_problem(error)


def _raise_problem(error: DatabaseError) -> NoReturn:
    """What the database said no to, as a Problem; anything else goes on as it is."""
    cause: Any = error.__cause__
    state = getattr(cause, "sqlstate", "") or ""
    if state == "42501":
        raise NotPermitted from error
    if state == "P0002":
        raise NotFound("There is nobody and nothing here that you may change") from error
    if state == "PR001":
        raise Refused(cause.diag.message_primary) from error
    if state == "23505":
        constraint = cause.diag.constraint_name or ""
        for start, (field, words) in _CLASHES.items():
            if constraint.startswith(start):
                raise Invalid({field: [words]}) from error
    if state in ("23503", "23514"):
        raise Refused("What was chosen does not fit together. Open the page again.") from error
    raise error


def _account(
    command: Command,
    identity: "Identity | None",
    outcome: ledger.Outcome,
    about: Sequence[UUID],
    reason: str,
) -> None:
    try:
        ledger.write_apart(
            token=identity.token if identity else None,
            act=command.act,
            name=command.name,
            outcome=outcome,
            subjects=about,
            detail={"reason": reason},
        )
    except ledger.LedgerUnavailable:
        # The change was undone and the answer is an error either way; the log has both.
        logging.getLogger(__name__).exception("no ledger line for a refused change of staff")
