"""Facts about a nominal: said, ended, and pinned as the one that stands for the person."""

from typing import Any
from uuid import UUID

from peel.kernel.audit.ledger import Act
from peel.kernel.base.dates import PartialDate
from peel.machine.commands import NotFound, Work, command
from peel.pole.commands.nominals import ended, refresh, said
from peel.pole.facts.forms import (
    ContactForm,
    DateOfBirthForm,
    EndFactForm,
    FactForm,
    IdentifierForm,
    MarkForm,
    NameForm,
    PinForm,
)
from peel.pole.facts.kinds import FACTS
from peel.pole.facts.survivorship import BIRTH, NAME
from peel.pole.models import (
    Nominal,
    NominalContact,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalMark,
    NominalName,
    Pin,
)

EDIT = "pole.nominal.edit"


def elsewhere(record: Any, identity: Any) -> bool:
    """Not among the buttons of the page: it stands where the facts do."""
    return False


EVERY: tuple[type[Any], ...] = (
    NominalName, NominalDateOfBirth, NominalFact, NominalMark, NominalContact, NominalIdentifier,
)  # fmt: skip


def _add(
    work: Work, model: type[Any], record_id: UUID, version: int | None, given: dict[str, Any]
) -> Nominal:
    nominal = work.lock(Nominal, record_id, version)
    source = said(work, given.pop("asserted_in", None), given.pop("basis", ""))
    work.add(model(nominal=nominal, **given, **source))
    return refresh(work, nominal)


@command(
    "pole.nominal.add_name",
    title="Add a name", permission=EDIT, act=Act.COLLECTION, form=NameForm, on=Nominal,
    offered=elsewhere,
)  # fmt: skip
def add_name(work: Work, *, record_id: UUID, version: int | None = None, **name: Any) -> Nominal:
    """Assert a further name; the title follows the golden view."""
    return _add(work, NominalName, record_id, version, name)


@command(
    "pole.nominal.add_date_of_birth",
    title="Add a date of birth", permission=EDIT, act=Act.COLLECTION, form=DateOfBirthForm,
    on=Nominal,
    offered=elsewhere,
)  # fmt: skip
def add_date_of_birth(
    work: Work, *, record_id: UUID, date_of_birth: PartialDate, version: int | None = None,
    **source: Any,
) -> Nominal:  # fmt: skip
    """Assert a date of birth; contradictory ones stand side by side."""
    given = {"date_of_birth": date_of_birth, **source}
    return _add(work, NominalDateOfBirth, record_id, version, given)


@command(
    "pole.nominal.add_fact",
    title="Add a fact", permission=EDIT, act=Act.COLLECTION, form=FactForm, on=Nominal,
    offered=elsewhere,
)  # fmt: skip
def add_fact(work: Work, *, record_id: UUID, version: int | None = None, **fact: Any) -> Nominal:
    """Assert a descriptive fact; contradictory ones stand side by side."""
    return _add(work, NominalFact, record_id, version, fact)


@command(
    "pole.nominal.add_mark",
    title="Add a mark, scar or tattoo", permission=EDIT, act=Act.COLLECTION, form=MarkForm,
    on=Nominal,
    offered=elsewhere,
)  # fmt: skip
def add_mark(work: Work, *, record_id: UUID, version: int | None = None, **mark: Any) -> Nominal:
    """Assert a mark that the person bears."""
    return _add(work, NominalMark, record_id, version, mark)


@command(
    "pole.nominal.add_contact",
    title="Add a contact", permission=EDIT, act=Act.COLLECTION, form=ContactForm, on=Nominal,
    offered=elsewhere,
)  # fmt: skip
def add_contact(
    work: Work, *, record_id: UUID, version: int | None = None, **contact: Any
) -> Nominal:
    """Assert a way to reach the person."""
    return _add(work, NominalContact, record_id, version, contact)


@command(
    "pole.nominal.add_identifier",
    title="Add an identifier", permission=EDIT, act=Act.COLLECTION, form=IdentifierForm,
    on=Nominal,
    offered=elsewhere,
)  # fmt: skip
def add_identifier(
    work: Work, *, record_id: UUID, version: int | None = None, **number: Any
) -> Nominal:
    """Assert a number by which another system knows the nominal."""
    return _add(work, NominalIdentifier, record_id, version, number)


@command(
    "pole.nominal.end_fact",
    title="End a fact", permission=EDIT, form=EndFactForm, on=Nominal,
    offered=elsewhere,
)  # fmt: skip
def end_fact(
    work: Work, *, record_id: UUID, which: UUID, reason: str, version: int | None = None
) -> Nominal:
    """Say that an asserted fact, or a pin, no longer holds. It stays on record with the reason."""
    nominal = work.lock(Nominal, record_id, version)
    every: tuple[type[Any], ...] = (*EVERY, Pin)
    for model in every:
        fact = model.objects.filter(pk=which, nominal=nominal, ended_at=None).first()
        if fact is not None:
            # A pin keeps its own reason beside the one for which it ended.
            work.amend(fact, **ended(work, reason))
            return refresh(work, nominal)
    raise NotFound


@command(
    "pole.nominal.pin_fact",
    title="Let this fact stand for the person", permission="pole.nominal.pin", form=PinForm,
    on=Nominal, offered=elsewhere,
)  # fmt: skip
def pin_fact(
    work: Work, *, record_id: UUID, which: UUID, reason: str, version: int | None = None
) -> Nominal:
    """Choose, against the declared order, which fact stands for the person, and say why."""
    nominal = work.lock(Nominal, record_id, version)
    what = _what(nominal, which)
    for former in nominal.pins.filter(what=what, ended_at=None):
        work.amend(former, **ended(work, "Another was chosen"))
    source = said(work)
    del source["basis"]
    work.add(Pin(nominal=nominal, what=what, fact_id=which, reason=reason, **source))
    return refresh(work, nominal)


def _what(nominal: Nominal, which: UUID) -> str:
    """Which golden fact an assertion speaks of. Raises NotFound."""
    holds: dict[str, Any] = {"nominal": nominal, "pk": which, "ended_at": None}
    if NominalName.objects.filter(**holds).exists():
        return NAME
    if NominalDateOfBirth.objects.filter(**holds).exists():
        return BIRTH
    fact = NominalFact.objects.filter(**holds).first()
    if fact is None or FACTS[fact.kind].many:
        raise NotFound
    return fact.kind
