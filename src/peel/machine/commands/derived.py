"""The commands that every sheet gets: create, edit, each move, restrict, lift the restriction."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from peel.kernel.audit.ledger import Act
from peel.kernel.records.keys import hides
from peel.machine.commands import restricting
from peel.machine.commands.problems import Invalid, Refused
from peel.machine.commands.registry import Command, add, command_creating, commands
from peel.machine.forms.derived import ReasonForm, RestrictForm, fields_form
from peel.machine.ui.forms.conditions import EMPTY, closed

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.records.models import Kind
    from peel.machine.commands.work import Work
    from peel.machine.flows import Move
    from peel.machine.sheets import Sheet


def derive(sheet: "Sheet") -> None:
    """Register a sheet's derived commands; a module's own create or edit stands in for them."""
    if command_creating(sheet.model) is None:
        add(_create(sheet))
    if f"{sheet.kind}.edit" not in commands:
        add(_edit(sheet))
    for move in sheet.flow.moves if sheet.flow else ():
        add(_move(sheet, move))
    add(_restrict(sheet))
    add(_lift(sheet))


def _create(sheet: "Sheet") -> Command:
    def create(work: "Work", **values: Any) -> "Kind":
        values |= settled(sheet, values)
        refuse_duplicate(sheet, work, values)
        start = sheet.flow.start.name if sheet.flow else "live"
        values.setdefault("marking", sheet.markings.default)
        return work.create(sheet.model, prefix=sheet.numbers.prefix, state=start, **values)

    return Command(
        f"{sheet.kind}.create",
        f"Record {_article(sheet.title)}",
        sheet.may.create,
        create,
        Act.COLLECTION,
        fields_form(sheet, creating=True),
        creates=sheet.model,
    )


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun.lower()}"


def refuse_duplicate(sheet: "Sheet", work: "Work", values: dict[str, Any]) -> None:
    """Refuse a second record with the same natural key among those that the caller may see."""
    key = {name: values.get(name) for name in sheet.natural_key}
    if not key or any(value in (None, "") for value in key.values()):
        return
    twin = sheet.model.objects.visible_to(work.identity).filter(**key).first()
    if twin is not None:
        raise Invalid({sheet.natural_key[0]: [f"This is recorded already as {twin.reference}."]})


def settled(sheet: "Sheet", values: dict[str, Any], record: Any = None) -> dict[str, Any]:
    """The fields that are not asked for, emptied. Raises Invalid for one that is and has no answer.

    The form has seen to it already; this holds for whoever calls the command without one.
    """

    def answer(name: str) -> Any:
        return values[name] if name in values else getattr(record, name, None)

    shut = closed(sheet.asks, answer)
    needed = [ask.name for ask in sheet.asks if ask.required and ask.name not in shut]
    if missing := [
        name
        for name in needed
        if answer(name) in EMPTY and not (record is not None and hides(record, name))
    ]:
        raise Invalid({name: ["This has to be answered."] for name in missing})
    fields: list[Any] = [sheet.model._meta.get_field(name) for name in sorted(shut)]
    return {field.name: None if field.null else field.get_default() for field in fields}


def _edit(sheet: "Sheet") -> Command:
    def edit(work: "Work", *, record_id: UUID, version: int, **values: Any) -> "Kind":
        record = work.lock(sheet.model, record_id, version)
        if _has_ended(sheet, record):
            state = sheet.flow.state(record.state).title if sheet.flow else record.state
            raise Refused(f"The record is “{state}”. Re-open it before you change it.")
        return work.change(record, **(values | settled(sheet, values, record)))

    return Command(
        f"{sheet.kind}.edit",
        "Edit",
        sheet.may.edit,
        edit,
        Act.ALTERATION,
        fields_form(sheet, creating=False),
        on=sheet.model,
        offered=lambda record, identity: not _has_ended(sheet, record),
    )


def _has_ended(sheet: "Sheet", record: Any) -> bool:
    return sheet.flow is not None and sheet.flow.state(record.state).ends


def _move(sheet: "Sheet", move: "Move") -> Command:
    def make_move(work: "Work", *, record_id: UUID, version: int, **answers: Any) -> "Kind":
        record = work.lock(sheet.model, record_id, version)
        flow = sheet.flow
        if record.state not in move.sources:
            state = flow.state(record.state).title if flow else record.state
            raise Refused(f"{move.title} is not possible while the record is “{state}”.")
        if move.guard and (reason := move.guard(record, answers)):
            raise Refused(reason)
        if move.effect:
            move.effect(work, record, answers)
        return work.change(record, state=move.target)

    def offered(record: Any, identity: "Identity") -> bool:
        return record.state in move.sources

    from peel.machine.forms.base import CommandForm

    permission = f"{sheet.may.move}.{move.permission or move.name}"
    name = f"{sheet.kind}.{move.name}"
    form = move.form or CommandForm
    return Command(
        name, move.title, permission, make_move, form=form, on=sheet.model, offered=offered
    )


def _restrict(sheet: "Sheet") -> Command:
    return Command(
        f"{sheet.kind}.restrict",
        "Restrict",
        sheet.may.restrict,
        restricting.restrict,
        form=RestrictForm,
        on=sheet.model,
        offered=lambda record, identity: not record.restricted,
    )


def _lift(sheet: "Sheet") -> Command:
    return Command(
        f"{sheet.kind}.lift_restriction",
        "Lift the restriction",
        sheet.may.restrict,
        restricting.lift,
        form=ReasonForm,
        on=sheet.model,
        offered=lambda record, identity: bool(record.restricted),
    )
