"""Recording a nominal, and what is asserted of it: names, dates of birth, identifiers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from peel.kernel.access.markings import Marking
from peel.kernel.audit.ledger import Act
from peel.kernel.base.dates import PartialDate
from peel.kernel.records.models import Record
from peel.machine.commands import NotFound, Work, command
from peel.pole import events
from peel.pole.forms import DateOfBirthForm, EndForm, IdentifierForm, NameForm, NominalForm
from peel.pole.models import Nominal, NominalDateOfBirth, NominalIdentifier, NominalName
from peel.pole.models.nominals import full_name
from peel.pole.survivorship import golden

PREFIX = "NM"


@command(
    "pole.nominal.create",
    title="Record a nominal",
    permission="pole.nominal.create",
    act=Act.COLLECTION,
    form=NominalForm,
    creates=Nominal,
)
def record_nominal(
    work: Work,
    *,
    given_names: str = "",
    family_name: str = "",
    name_kind: str = "current",
    date_of_birth: PartialDate | None = None,
    sex: str = "N",
    description: str = "",
    asserted_in: Record | None = None,
    marking: int = Marking.OFFICIAL,
    other_names: Sequence[Mapping[str, str]] = (),
) -> Nominal:
    """Make a nominal with a name, others that it bears or bore, and a date of birth if known."""
    nominal = work.create(
        Nominal,
        prefix=PREFIX,
        title=full_name(family_name, given_names) or "Name not known",
        family_name=family_name,
        given_names=given_names,
        date_of_birth=date_of_birth,
        sex=sex,
        description=description,
        marking=marking,
    )
    said = _said(work, asserted_in)
    first = {"kind": name_kind, "family_name": family_name, "given_names": given_names}
    for name in (first, *other_names):
        work.add(NominalName(nominal=nominal, **name, **said))
    if date_of_birth is not None:
        work.add(NominalDateOfBirth(nominal=nominal, date_of_birth=date_of_birth, **said))
    work.publish(events.NominalRecorded(nominal_id=nominal.pk))
    return nominal


def _said(work: Work, asserted_in: Record | None = None) -> dict[str, Any]:
    """Who says so, when, and in which record."""
    return {
        "asserted_by_id": work.identity.appointment_id,
        "asserted_at": work.at,
        "asserted_in": asserted_in,
    }


@command(
    "pole.nominal.add_name",
    title="Add a name",
    permission="pole.nominal.edit",
    act=Act.COLLECTION,
    form=NameForm,
    on=Nominal,
)
def add_name(work: Work, *, record_id: UUID, version: int | None = None, **name: Any) -> Nominal:
    """Assert a further name; the title follows the golden view."""
    nominal = work.lock(Nominal, record_id, version)
    asserted_in = name.pop("asserted_in", None)
    work.add(NominalName(nominal=nominal, **name, **_said(work, asserted_in)))
    return _refresh(work, nominal)


@command(
    "pole.nominal.add_date_of_birth",
    title="Add a date of birth",
    permission="pole.nominal.edit",
    act=Act.COLLECTION,
    form=DateOfBirthForm,
    on=Nominal,
)
def add_date_of_birth(
    work: Work, *, record_id: UUID, version: int | None = None, date_of_birth: PartialDate
) -> Nominal:
    """Assert a date of birth; contradictory ones stand side by side."""
    nominal = work.lock(Nominal, record_id, version)
    work.add(NominalDateOfBirth(nominal=nominal, date_of_birth=date_of_birth, **_said(work)))
    return _refresh(work, nominal)


@command(
    "pole.nominal.add_identifier",
    title="Add an identifier",
    permission="pole.nominal.edit",
    act=Act.COLLECTION,
    form=IdentifierForm,
    on=Nominal,
)
def add_identifier(
    work: Work, *, record_id: UUID, version: int | None = None, kind: str, value: str
) -> Nominal:
    """Assert a number by which another system knows the nominal."""
    nominal = work.lock(Nominal, record_id, version)
    work.add(NominalIdentifier(nominal=nominal, kind=kind, value=value, **_said(work)))
    return _refresh(work, nominal)


@command(
    "pole.nominal.end_fact",
    title="End a name, date of birth or number",
    permission="pole.nominal.edit",
    form=EndForm,
    on=Nominal,
    offered=lambda record, identity: False,
)
def end_fact(
    work: Work, *, record_id: UUID, version: int | None = None, which: UUID, reason: str
) -> Nominal:
    """Say that an asserted fact no longer holds. It stays on record with the reason."""
    nominal = work.lock(Nominal, record_id, version)
    for model in (NominalName, NominalDateOfBirth, NominalIdentifier):
        fact = model.objects.filter(pk=which, nominal=nominal, ended_at=None).first()
        if fact is not None:
            work.amend(
                fact,
                ended_at=work.at,
                ended_by_id=work.identity.appointment_id,
                end_reason=reason,
            )
            return _refresh(work, nominal)
    raise NotFound


def _refresh(work: Work, nominal: Nominal) -> Nominal:
    """Compute the golden view anew from the assertions that hold."""
    view = golden(nominal)
    return work.change(
        nominal,
        title=full_name(view.family_name, view.given_names) or "Name not known",
        family_name=view.family_name,
        given_names=view.given_names,
        date_of_birth=view.date_of_birth,
    )
