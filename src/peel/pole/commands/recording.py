"""Recording somebody or something not known before and linking it, in one step."""

from typing import Any
from uuid import UUID

from peel.kernel.audit.ledger import Act
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands import Invalid, Work, command
from peel.machine.commands.registry import Command, command_creating
from peel.pole.commands.links import link
from peel.pole.new_form import BESIDE, FIELDS, NewLinkForm

# What happens is a source of what is known of people; a person or a thing is not.
THINGS = ("pole", "objects")
USES = "uses>"


@command(
    "pole.link.record",
    title="Record and link someone or something new",
    permission="pole.link.create",
    act=Act.COLLECTION,
    form=NewLinkForm,
    on=Record,
    offered=lambda record, identity: False,
)
def record_and_link(
    work: Work,
    *,
    record_id: UUID,
    what: str,
    reading: str,
    version: int | None = None,
    **typed: Any,
) -> Record:
    """Make a person, a vehicle or a phone and link it; a person's vehicle and phone with her.

    What is recorded of the new one was said in the record that was open, if that is an event.
    """
    record = work.lock(Record, record_id)
    said = {} if record.kind.partition(".")[0] in THINGS else {"asserted_in": record}
    creating = _creating(work, what)
    # What else the form asks bears no name of its own: it is for the commands that create.
    further = {name: value for name, value in typed.items() if not name.startswith("new_")}
    values = further | _typed(what, typed)
    if what == "pole.nominal":
        values |= said
    made = _made(work, creating, values)
    link(work, record_id=record_id, other=made, reading=reading, **said)
    for name, (other_kind, field) in BESIDE.items():
        if what == "pole.nominal" and (text := typed.get(f"new_{name}")):
            thing = _thing(work, other_kind, name, {field: str(text)} | further)
            link(work, record_id=made.pk, other=thing, reading=USES, **said)
    return record


def _typed(kind: str, typed: dict[str, Any]) -> dict[str, Any]:
    """The answers about one of a kind, by the names of its fields."""
    found = {name: typed.get(f"new_{name}") for name in FIELDS[kind]}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _made(work: Work, creating: Command, values: dict[str, Any]) -> Record:
    """The new record; what is wrong with it is told under the questions of the form."""
    try:
        made: Record = creating(work, **values)
    except Invalid as problem:
        raise Invalid({f"new_{k}" if k else "": v for k, v in problem.errors.items()}) from problem
    return made


def _creating(work: Work, kind: str) -> Command:
    """The command that makes one of the kind, if the identity may do it."""
    found = command_creating(registry.sheet_of(kind).model)
    if found is None or not work.identity.may(found.permission):
        raise Invalid({"what": ["Your role does not allow you to record one."]})
    return found


def _thing(work: Work, kind: str, name: str, values: dict[str, Any]) -> Record:
    """What bears a number: the one that is recorded already, else a new one."""
    try:
        made: Record = _creating(work, kind)(work, **values)
        return made
    except Invalid as problem:
        # What is refused because it is recorded already names the record, and that is the one.
        named = [word.strip(",.:;") for word in str(problem).split()]
        known = Record.objects.visible_to(work.identity).filter(reference__in=named, kind=kind)
        if (one := known.first()) is not None:
            return one
        raise Invalid(
            {f"new_{name}": [words for each in problem.errors.values() for words in each]}
        ) from (problem)
