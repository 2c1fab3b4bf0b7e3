"""Runs a command: permission, transaction, documents, ledger line; and a line for each refusal."""

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import IntegrityError

from peel.kernel.access import step_up
from peel.kernel.access.identity import speaking
from peel.kernel.audit import ledger
from peel.kernel.base import clock
from peel.machine.commands.problems import Invalid, NotPermitted, Problem, ProveItIsYou
from peel.machine.commands.registry import Command
from peel.machine.commands.work import Work

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

# A drawn reference that is taken already is drawn again; the chance of three in a row is nil.
REDRAWS = 3


class Beside(Protocol):
    """What is written in a command's own transaction besides: a key's answer, a draft's end."""

    def claim(self) -> Any:
        """Before the command's function."""

    def keep(self, result: Any) -> Any:
        """After it, with what it gave."""


def run(
    command: Command,
    identity: "Identity | None",
    values: Mapping[str, Any] | None = None,
    *,
    subject: UUID | None = None,
    at: datetime.datetime | None = None,
    using: str = "default",
    once: "Beside | None" = None,
) -> Any:
    """Run `command` for `identity` with `values` and give what its function gives.

    `subject` is the record that the command is about, for the line of a refusal. `at` is the
    business time (aware; now by default). `once` bears the key under which a call is done once
    only. Raises a Problem when it is refused; whatever happens,
    a line stands in the ledger, and nothing is half-written.
    """
    try:
        if identity is None or not identity.may(command.permission):
            raise NotPermitted
        if step_up.lacks_proof(identity, command.permission):
            raise ProveItIsYou
        return _attempt(command, identity, values or {}, at or clock.now(), using, once=once)
    except Problem as problem:
        _account(command, identity, ledger.Outcome.REFUSED, subject, type(problem).__name__)
        raise
    except Exception as failure:
        _account(command, identity, ledger.Outcome.FAILED, subject, type(failure).__name__)
        raise


def _attempt(
    command: Command, identity: "Identity", values: Mapping[str, Any], at: datetime.datetime,
    using: str, *, once: "Beside | None",
) -> Any:  # fmt: skip
    for attempt in range(REDRAWS):
        try:
            with speaking(identity, using=using):
                if once:
                    once.claim()
                work = Work(identity, command.name, at)
                result = command.function(work, **values)
                work.finish()
                if once:
                    once.keep(result)
                ledger.write(
                    act=command.act,
                    name=command.name,
                    subjects=list(work.subjects),
                    versions=list(work.subjects.values()) if work.touched else [],
                    detail=work.detail or None,
                    using=using,
                )
                return result
        except IntegrityError as clash:
            if "records_record_reference" not in str(clash) or attempt == REDRAWS - 1:
                raise _as_problem(clash) from clash
    raise AssertionError("unreachable")


def _as_problem(clash: IntegrityError) -> Problem:
    """A constraint of the database said no: the same words whichever row it met."""
    return Invalid({"": ["This clashes with something that is recorded already."]})


def _account(
    command: Command,
    identity: "Identity | None",
    outcome: ledger.Outcome,
    subject: UUID | None,
    reason: str,
) -> None:
    try:
        ledger.write_apart(
            token=identity.token if identity else None,
            act=command.act,
            name=command.name,
            outcome=outcome,
            subjects=[subject] if subject else [],
            detail={"reason": reason},
        )
    except ledger.LedgerUnavailable:
        # The act itself was undone; the answer is an error either way, and the log has both.
        import logging

        logging.getLogger(__name__).exception("no ledger line for a refused act")
