"""One command on many records: a preview that keeps nothing, then each record by itself, once.

What became of a record is written in the transaction of its own command, so work that was cut off
goes on where it stood, and no record is done twice, however often it is sent.
"""

import datetime
import json
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import IntegrityError, InterfaceError, OperationalError
from django.utils.datastructures import MultiValueDict

from peel.kernel.access.identity import SignedOut, speaking
from peel.kernel.audit.ledger import LedgerUnavailable
from peel.kernel.base import clock
from peel.machine.commands.problems import (
    Conflict,
    Invalid,
    NotFound,
    Problem,
    ProveItIsYou,
    Refused,
)
from peel.machine.commands.registry import Command, commands_on
from peel.machine.commands.runner import run
from peel.machine.commands.work import Work
from peel.machine.show import field_title
from peel.machine.ui.forms.groups import Group
from peel.services.lists.models import Bulk, BulkRow

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

logger = logging.getLogger(__name__)
Outcome = BulkRow.Outcome
MOST = 500
# How long one request works before it answers with how far it came.
SECONDS = 2.0
KEPT = datetime.timedelta(days=30)
_CHANGED = "Someone else changed it after it was chosen, so it was left as it is."
_FAILED = "It could not be done. The failure is on record."


class _NothingKept(Exception):
    """Ends a trial, so that its transaction is undone."""


@dataclass(frozen=True)
class Action:
    """A command whose answers serve many records alike; of an edit, one field of it."""

    command: Command
    field: str = ""
    title: str = ""

    @property
    def name(self) -> str:
        """The word for it in a form."""
        return f"{self.command.slug}.{self.field}" if self.field else self.command.slug

    def form(self, *args: Any, **kwargs: Any) -> Any:
        """The command's form, or the one question of it."""
        made = (self.command.form or forms.Form)(*args, **kwargs)
        for name in list(made.fields) if self.field else []:
            if name != self.field:
                del made.fields[name]
        return made


def actions(sheet: "Sheet", identity: "Identity") -> dict[str, Action]:
    """What the identity may do with several records of a kind at once, by name."""
    found: list[Action] = []
    for command in commands_on(sheet.model):
        fields = command.form.base_fields if command.form else {}
        if not identity.may(command.permission):
            continue
        if command.name == f"{sheet.kind}.edit":
            names = [n for n in fields if n in sheet.fields and n not in sheet.natural_key]
            shown = {n: field_title(sheet, n) for n in names if _serves_many(fields[n])}
            found += [Action(command, n, f"Change: {title}") for n, title in shown.items()]
        elif all(map(_serves_many, fields.values())):
            found.append(Action(command, title=command.title))
    return {action.name: action for action in found}


def _serves_many(field: forms.Field) -> bool:
    """Whether one answer does for every record: a hidden one was filled in by one record's page."""
    return not (field.widget.is_hidden or isinstance(field, forms.FileField | Group))


def start(identity: "Identity", action: Action, kind: str, records: list[Any]) -> Bulk:
    """Note which records in which versions are meant; nothing is done. Within `speaking`."""
    Bulk.objects.filter(began_at__lt=clock.now() - KEPT).delete()
    bulk = Bulk.objects.create(
        appointment_id=identity.appointment_id, kind=kind, action=action.name, size=len(records)
    )
    BulkRow.objects.bulk_create(
        BulkRow(bulk=bulk, record_id=record.pk, version=record.version) for record in records
    )
    return bulk


def answer(bulk: Bulk, answers: "MultiValueDict[str, str]") -> None:
    """Keep the answers. Within `speaking`; a second answer changes nothing."""
    given = {name: texts for name, texts in answers.lists() if name != "csrfmiddlewaretoken"}
    Bulk.objects.filter(pk=bulk.pk, answers=None).update(answers=json.dumps(given))


def confirm(bulk: Bulk) -> None:
    """From now on rows are done. Within `speaking`. Raises Invalid before all were checked."""
    if bulk.answers is None or bulk.rows.filter(outcome=Outcome.UNCHECKED).exists():
        raise Invalid({"": ["Wait until every record has been checked."]})
    Bulk.objects.filter(pk=bulk.pk, confirmed_at=None).update(confirmed_at=clock.now())


def carry_on(bulk: Bulk, sheet: "Sheet", identity: "Identity", action: Action) -> None:
    """Check, or once it is confirmed do, rows for a while; what is left waits for the next call.

    Raises SignedOut, ProveItIsYou, and what the database raises when it cannot be reached.
    """
    until = time.monotonic() + SECONDS
    waiting = Outcome.READY if bulk.confirmed_at else Outcome.UNCHECKED
    with speaking(identity):
        rows = list(bulk.rows.filter(outcome=waiting).order_by("pk"))
    each = _Each(bulk, sheet, identity, action)
    for row in rows:
        each.do(row) if bulk.confirmed_at else each.check(row)
        if time.monotonic() > until:
            return
    if bulk.confirmed_at:
        with speaking(identity):
            Bulk.objects.filter(pk=bulk.pk).update(answers="")


class _Each:
    """The action on one record after the other."""

    def __init__(self, bulk: Bulk, sheet: "Sheet", identity: "Identity", action: Action) -> None:
        self.sheet, self.identity, self.action = sheet, identity, action
        self.answers: MultiValueDict[str, str] = MultiValueDict(json.loads(bulk.answers or "{}"))

    def check(self, row: BulkRow) -> None:
        """Try it and undo it, so that the preview says what the command itself would say."""
        try:
            with speaking(self.identity):
                work = Work(self.identity, self.action.command.name, clock.now())
                self._make(work, row)
                work.finish()
                raise _NothingKept
        except _NothingKept:
            self._settle(row, Outcome.READY)
        except IntegrityError:
            self._settle(row, Outcome.REFUSED, "This clashes with something recorded already.")
        except Problem as problem:
            self._refuse(row, problem)

    def do(self, row: BulkRow) -> None:
        """Run the command, with the row's outcome in its transaction; whoever claims it, has it."""

        def once(work: Work) -> Any:
            mine = BulkRow.objects.filter(pk=row.pk, outcome=Outcome.READY)
            if not mine.update(outcome=Outcome.DONE):
                raise Refused("This was done already.")
            return self._make(work, row)

        command = replace(self.action.command, function=once)
        try:
            run(command, self.identity, subject=row.record_id)
        except (ProveItIsYou, SignedOut, OperationalError, InterfaceError, LedgerUnavailable):
            raise
        except Problem as problem:
            self._refuse(row, problem)
        except Exception:
            logger.exception("a row of a bulk action failed")
            self._settle(row, Outcome.FAILED, _FAILED)

    def _make(self, work: Work, row: BulkRow) -> Any:
        seen = self.sheet.model.objects.visible_to(self.identity)
        record: Any = seen.filter(pk=row.record_id).first()
        if record is None:
            raise NotFound
        form = self.action.form(self.answers, identity=self.identity, record=record)
        if not form.is_valid():
            raise Invalid({name: list(map(str, texts)) for name, texts in form.errors.items()})
        offered = self.action.command.offered(record, self.identity)
        about = {"record_id": record.pk, "version": row.version}
        made = self.action.command.function(work, **form.cleaned_data, **about)
        if not offered:
            raise Refused("This cannot be done with the record as it is.")
        return made

    def _refuse(self, row: BulkRow, problem: Problem) -> None:
        if isinstance(problem, Conflict):
            return self._settle(row, Outcome.CHANGED, _CHANGED)
        texts = (
            [t for ts in problem.errors.values() for t in ts]
            if isinstance(problem, Invalid)
            else [problem.message]
        )
        return self._settle(row, Outcome.REFUSED, " ".join(texts))

    def _settle(self, row: BulkRow, outcome: str, reason: str = "") -> None:
        with speaking(self.identity):
            open_ = BulkRow.objects.filter(
                pk=row.pk, outcome__in=(Outcome.UNCHECKED, Outcome.READY)
            )
            open_.update(outcome=outcome, reason=reason[:1000])
