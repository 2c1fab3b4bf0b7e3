"""The work of one command: what it makes, changes, publishes, and what the ledger is told."""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.base import events, references
from peel.kernel.base.ids import uuid7
from peel.kernel.records.events import RecordChanged
from peel.kernel.records.keys import hides
from peel.kernel.records.kinds import kind_of
from peel.kernel.records.models import Kind, Record
from peel.machine.commands.problems import Conflict, Invalid, NotFound
from peel.machine.documents import write_document

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Kind)
M = TypeVar("M", bound=models.Model)


class Work:
    """One command's transaction. `at` is the business time (aware UTC) that everything bears."""

    def __init__(self, identity: "Identity", name: str, at: datetime.datetime) -> None:
        self.identity = identity
        self.name = name
        self.at = at
        self.touched: dict[UUID, int] = {}
        self.concerned: dict[UUID, None] = {}
        # What the ledger line says besides: plain values, no free text.
        self.detail: dict[str, Any] = {}
        self._documents: dict[UUID, Record] = {}
        self._kinds: dict[UUID, str] = {}
        self._made: set[UUID] = set()

    def create(self, model: type[K], /, *, title: str = "", prefix: str, **fields: Any) -> K:
        """Make a record of a kind, owned by the maker's unit. Raises Invalid by field."""
        identity = self.identity
        record = model(
            id=uuid7(),
            kind=kind_of(model),
            reference=references.draw(prefix, moment=self.at),
            organisation_id=identity.organisation_id,
            owner_unit_id=fields.pop("owner_unit_id", identity.unit_id),
            created_at=self.at,
            created_by_id=identity.appointment_id,
            **self._stamp(),
            **fields,
        )
        self._check(record, but=["title"])
        self._title(record, title)
        record.save(force_insert=True)
        self._made.add(record.pk)
        self._touch(record)
        return record

    def lock(self, model: type[R], record_id: UUID, version: int | None = None) -> R:
        """The record, locked. Raises NotFound, or Conflict when `version` is no longer current."""
        # The Record's row is the one that is locked, whatever the kind, and what is decided on is
        # read after: a row joined in the locking query itself would be as it was before the wait.
        base = Record.objects.visible_to(self.identity).select_for_update()
        found: Any = base.filter(pk=record_id).first()
        if found is not None and model is not Record:
            found = model.objects.visible_to(self.identity).filter(pk=record_id).first()
        if found is None:
            raise NotFound
        if version is not None and found.version != version:
            raise Conflict(found)
        return cast(R, found)

    def change(self, record: R, **changes: Any) -> R:
        """Change fields of a locked record; its version rises once a command.

        What the model's own cleaning changes besides is saved as well. Raises Invalid by field.
        """
        before = _values(record)
        for name, value in changes.items():
            # What the caller cannot see he cannot empty: his form showed nothing there.
            if value is not None or not hides(record, name):
                setattr(record, name, value)
        kept = {name for name, value in _values(record).items() if before[name] == value}
        # The title is made of what the check has put into its one form.
        self._check(record, but=["title", *(f.name for f in _keys(record) if f.attname in kept)])
        self._title(record, changes.get("title", ""))
        if record.pk not in self.touched:
            record.version += 1
        for name, value in self._stamp().items():
            setattr(record, name, value)
        record.save(update_fields=[n for n, value in _values(record).items() if before[n] != value])
        self._touch(record)
        return record

    def concern(self, record: Record) -> None:
        """Name a record in the ledger line though it keeps its version.

        A link says something of both its ends and changes neither: a version that rose for it
        would tell of the link to whoever may see one end alone.
        """
        self.concerned[record.pk] = None

    def add(self, row: M, *, but: Sequence[str] = ()) -> M:
        """Save a new row that belongs to a record (a name, an identifier). Raises Invalid.

        `but` names what is not checked first: a key to what is seen only once the row is there.
        """
        self._check(row, but)
        row.save(force_insert=True)
        return row

    def amend(self, row: M, **changes: Any) -> M:
        """Change a row that belongs to a record. Raises Invalid."""
        for name, value in changes.items():
            setattr(row, name, value)
        self._check(row)
        row.save(update_fields=list(changes))
        return row

    def publish(self, event: Any) -> None:
        """Put an event into the outbox of this transaction."""
        events.publish(event)

    def note(self, record: Record, version: int) -> None:
        """Tell the ledger of a version that a function of the database made."""
        self.touched[record.pk] = version
        self._kinds[record.pk] = record.kind

    @property
    def subjects(self) -> dict[UUID, int]:
        """Every record that the line names, with the version it was given, or 0 for none."""
        return dict.fromkeys(self.concerned, 0) | self.touched

    def finish(self) -> None:
        """Write the search documents of what was touched, once each, and tell that it changed."""
        for record in self._documents.values():
            write_document(record)
        if self.touched:
            events.publish_many([self._changed(key) for key in self.touched])

    def _changed(self, key: UUID) -> RecordChanged:
        by = self.identity.appointment_id
        made = key in self._made
        return RecordChanged(key, self._kinds[key], self.touched[key], self.name, by, made)

    def _touch(self, record: Record) -> None:
        self.touched[record.pk] = record.version
        self._kinds[record.pk] = record.kind
        self._documents[record.pk] = record

    def _stamp(self) -> Mapping[str, Any]:
        return {
            "changed_at": self.at,
            "changed_by_id": self.identity.appointment_id,
            "changed_through": self.name,
        }

    def _title(self, record: Record, title: str) -> None:
        from peel.machine.registry import sheet_of_model

        sheet = sheet_of_model(type(record))
        if title or sheet is not None:
            record.title = (title or (sheet.caption(record) if sheet else ""))[:200]

    @staticmethod
    def _check(row: models.Model, but: Sequence[str] = ()) -> None:
        try:
            row.full_clean(validate_unique=True, exclude=["organisation", "owner_unit", *but])
        except ValidationError as problem:
            raise Invalid(
                {("" if k == "__all__" else k): v for k, v in problem.message_dict.items()}
            ) from problem


def _keys(record: Record) -> list[Any]:
    """The foreign keys: one that was not changed needs no look at what it points at."""
    return [f for f in record._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def _values(record: Record) -> dict[str, Any]:
    """What stands in each column that commands may write."""
    return {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if not field.primary_key and not field.name.startswith("carried_")
    }
