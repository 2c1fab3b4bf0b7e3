"""The records that lines name: references and titles where the auditor may see them, else bare ids.

An auditor sees a record's reference and title under the same rule as everybody (organisation,
marking, restriction). What he may not see stays an id, whether it is restricted or gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from peel.kernel.access.models import Organisation, Unit
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.services.oversight import people

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


@dataclass(frozen=True)
class Subject:
    """What a line names. `page` is the record's own page where the auditor's role opens it."""

    id: UUID
    reference: str = ""
    title: str = ""
    kind: str = ""
    page: str = ""

    @property
    def caption(self) -> str:
        """Reference and title, or the bare id."""
        return f"{self.reference} {self.title}".strip() or str(self.id)

    @property
    def key(self) -> str:
        """What the filter "record" takes for it."""
        return self.reference or str(self.id)


def named(ids: Iterable[UUID], identity: "Identity") -> dict[UUID, Subject]:
    """Each id with what the auditor may know of it. Call within `speaking`.

    Titles that are shown count as a look at the records.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    found = {
        record.pk: _of(record, identity)
        for record in Record.objects.visible_to(identity).filter(pk__in=wanted)
    }
    rest = [each for each in wanted if each not in found]
    others = _staff(rest) if rest else {}
    return {each: found.get(each) or others.get(each) or Subject(each) for each in wanted}


def one(subject: UUID, identity: "Identity") -> Subject:
    """One id with what the auditor may know of it."""
    return named([subject], identity)[subject]


def _of(record: Record, identity: "Identity") -> Subject:
    try:
        sheet = registry.sheet_of(record.kind)
    except LookupError:
        return Subject(record.pk, record.reference, record.title)
    opens = identity.may(sheet.may.view)
    page = reverse(f"{sheet.url_name}-page", args=[record.reference]) if opens else ""
    return Subject(record.pk, record.reference, record.title, sheet.title, page)


def _staff(ids: list[UUID]) -> dict[UUID, Subject]:
    """Users, units and organisations, which lines about staff name."""
    found = {pk: Subject(pk, title=name, kind="User") for pk, name in people.names(ids).items()}
    for model, kind in ((Unit, "Unit"), (Organisation, "Organisation")):
        for pk, name in model.objects.filter(pk__in=ids).values_list("pk", "name"):
            found[pk] = Subject(pk, title=name, kind=kind)
    return found
