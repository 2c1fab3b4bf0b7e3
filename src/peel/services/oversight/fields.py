"""The questions of the auditor's filter: a record, a person, a day."""

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from peel.kernel.access.models import Officer
from peel.kernel.base import references
from peel.kernel.records.models import Record
from peel.machine.forms.lookups import Found, LookUp, LookUpField
from peel.machine.queries.finding import find
from peel.machine.ui.forms import DayField
from peel.machine.ui.forms.fields import today
from peel.services.oversight import people, subjects

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_LAST_DAYS = re.compile(r"(?:the )?last (\d{1,4}) days?")


@dataclass(frozen=True)
class Person:
    """A person to filter by."""

    id: UUID
    caption: str


def as_id(text: object) -> UUID | None:
    """The id that was given, as links give it; None for anything else."""
    try:
        return UUID(str(text).strip())
    except ValueError:
        return None


class SubjectField(LookUpField):
    """A record by reference, name, number or id; its value is a `Subject`.

    The permission to audit reaches every kind of record, so kinds are not asked for here;
    organisation, marking and restriction are. A record that the auditor may not see is found by
    its id alone (which a line of the ledger gives): its reference and its name answer like those
    of a record that does not exist.
    """

    default_error_messages = {
        "none": "Nothing that you can see matches “%(text)s”. Check it, or give the id that a"
        " line of the ledger shows.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Record, **kwargs)

    def _look_up(self) -> LookUp:
        return LookUp(_by_reference, _by_words, _record_found)

    def clean(self, value: Any) -> subjects.Subject | None:
        """The subject. Raises ValidationError when nothing or several records fit."""
        if self.identity is not None and (given := as_id(value)):
            return subjects.one(given, self.identity)
        record = super().clean(value)
        if record is None or self.identity is None:
            return None
        return subjects.one(record.pk, self.identity)


class PersonField(LookUpField):
    """A person by collar number, name or id, in post or not; its value is a `Person`."""

    default_error_messages = {
        "none": "Nobody has the number or name “%(text)s”. Check it.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Officer, **kwargs)

    def _look_up(self) -> LookUp:
        return LookUp(_by_number, _by_name, _found)

    def clean(self, value: Any) -> Person | None:
        """The person. Raises ValidationError when nobody or several people fit."""
        if given := as_id(value):
            return Person(given, people.names([given]).get(given, f"User {given}"))
        officer = super().clean(value)
        return Person(officer.user_id, officer.caption) if officer is not None else None


def _by_reference(text: str, identity: "Identity | None") -> Record | None:
    try:
        reference = references.normalise(text)
    except ValidationError:
        return None
    found: Record | None = Record.objects.visible_to(identity).filter(reference=reference).first()
    return found


def _by_words(text: str, identity: "Identity | None", limit: int) -> list[Found]:
    if identity is None:
        return []
    return [_record_found(record) for record in find(identity, text, limit=limit)]


def _record_found(record: Any) -> Found:
    return Found(record.reference, f"{record.reference} {record.title}")


def _by_number(text: str, identity: "Identity | None") -> Officer | None:
    return people.numbered(text) if identity is not None else None


def _by_name(text: str, identity: "Identity | None", limit: int) -> list[Found]:
    return [_found(one) for one in people.fitting(text, limit)] if identity is not None else []


def _found(officer: Any) -> Found:
    return Found(officer.collar_number, f"{officer.caption}, {officer.unit_name}".strip(", "))


class FirstDayField(DayField):
    """A day, or "last 7 days", which means the first of them, today being the last."""

    def to_python(self, value: Any) -> Any:
        """The day. Raises ValidationError, quoting what was typed."""
        found = _LAST_DAYS.fullmatch(" ".join(str(value or "").lower().split()))
        if found and 0 < int(found[1]) <= 3660:
            return today() - datetime.timedelta(days=int(found[1]) - 1)
        return super().to_python(value)


def choice(label: str, choices: dict[Any, str], anything: str) -> forms.ChoiceField:
    """A choice that may be left open."""
    options = [("", anything), *((str(value), words) for value, words in choices.items())]
    return forms.ChoiceField(label=label, choices=options, required=False)
