"""Recording a nominal, and changing what stands on the record itself."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from peel.kernel.access.markings import Marking
from peel.kernel.audit.ledger import Act
from peel.kernel.base.dates import PartialDate
from peel.kernel.records.models import Record
from peel.machine.commands import Work, command
from peel.machine.forms.derived import fields_form
from peel.pole import events
from peel.pole.facts.forms import NominalForm
from peel.pole.facts.survivorship import BIRTH, NAME, golden_view
from peel.pole.models import (
    Nominal,
    NominalContact,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalName,
)
from peel.pole.models.nominals import full_name
from peel.pole.record import NOMINAL

PREFIX = "NM"
NOT_KNOWN = "N"
Rows = Sequence[Mapping[str, str]]
Every = tuple[tuple[type[Any], Sequence[Mapping[str, Any]]], ...]


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
    sex: str = NOT_KNOWN,
    description: str = "",
    asserted_in: Record | None = None,
    basis: str = "",
    marking: int = Marking.OFFICIAL,
    other_names: Rows = (),
    facts: Rows = (),
    identifiers: Rows = (),
    contacts: Rows = (),
) -> Nominal:
    """Make a nominal with a name, and whatever else is known; each fact with its source."""
    nominal = work.create(
        Nominal,
        prefix=PREFIX,
        title=full_name(family_name, given_names) or "Name not known",
        family_name=family_name,
        given_names=given_names,
        date_of_birth=date_of_birth,
        sex=sex or NOT_KNOWN,
        description=description,
        marking=marking,
    )
    first = {"kind": name_kind, "family_name": family_name, "given_names": given_names}
    sexes = [{"kind": "sex", "value": sex}] if sex and sex != NOT_KNOWN else []
    every: Every = (
        (NominalName, [first, *other_names]),
        (NominalDateOfBirth, [{"date_of_birth": date_of_birth}] if date_of_birth else []),
        (NominalFact, [*sexes, *facts]),
        (NominalIdentifier, identifiers),
        (NominalContact, contacts),
    )
    _say(work, nominal, every, said(work, asserted_in, basis))
    work.publish(events.NominalRecorded(nominal_id=nominal.pk))
    return nominal


def _say(work: Work, nominal: Nominal, every: Every, source: Mapping[str, Any]) -> None:
    for model, rows in every:
        for row in rows:
            work.add(model(nominal=nominal, **row, **source))


@command(
    "pole.nominal.edit",
    title="Edit",
    permission="pole.nominal.edit",
    form=fields_form(NOMINAL, creating=False),
    on=Nominal,
)
def edit_nominal(
    work: Work, *, record_id: UUID, version: int, sex: str | None = None, **values: Any
) -> Nominal:
    """Change what stands on the record itself; another sex is a fact said anew, by the editor."""
    nominal = work.lock(Nominal, record_id, version)
    if sex is not None and sex != nominal.sex:
        # He who corrects the record means this one to stand: what he said before gives way.
        for former in nominal.facts.filter(kind="sex", ended_at=None):
            work.amend(former, **ended(work, "Corrected on the record"))
        if sex != NOT_KNOWN:
            work.add(NominalFact(nominal=nominal, kind="sex", value=sex, **said(work)))
        values["sex"] = sex
    return work.change(nominal, **values)


def said(work: Work, asserted_in: Record | None = None, basis: str = "") -> dict[str, Any]:
    """Who says so, when, in which record, and what it rests on."""
    return {
        "asserted_by_id": work.identity.appointment_id,
        "asserted_at": work.at,
        "asserted_in": asserted_in,
        "basis": basis,
    }


def ended(work: Work, reason: str) -> dict[str, Any]:
    """What a fact bears that no longer holds."""
    return {
        "ended_at": work.at,
        "ended_by_id": work.identity.appointment_id,
        "end_reason": reason,
    }


def refresh(work: Work, nominal: Nominal) -> Nominal:
    """Compute the golden view of the record anew from its assertions that hold."""
    view = golden_view(
        nominal.names.filter(ended_at=None),
        nominal.dates_of_birth.filter(ended_at=None),
        nominal.facts.filter(ended_at=None),
        nominal.pins.filter(ended_at=None),
    )
    family, given = (view.value(NAME, part) or "" for part in ("family_name", "given_names"))
    return work.change(
        nominal,
        title=full_name(family, given) or "Name not known",
        family_name=family,
        given_names=given,
        date_of_birth=view.value(BIRTH, "date_of_birth"),
        sex=view.value("sex") or NOT_KNOWN,
    )
