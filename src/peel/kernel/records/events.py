"""What is told of every record: that it changed, without a word of what it says."""

from dataclasses import dataclass
from uuid import UUID

from peel.kernel.base.events import event


@event("record.changed")
@dataclass(frozen=True)
class RecordChanged:
    """A command, or a load, left a record at a version.

    `through` is the command's name, `by` the appointment; `made` tells a new record. Ids and plain
    values only: whoever hears it reads the record by the ordinary, audited way.
    """

    record_id: UUID
    kind: str
    version: int
    through: str
    by: UUID
    made: bool = False


@event("person.counted")
@dataclass(frozen=True)
class PersonalCount:
    """How many of something one person has now, such as unread notices: for his open pages."""

    user_id: UUID
    name: str
    count: int


@event("record.file_attached")
@dataclass(frozen=True)
class FileAttached:
    """A file was attached to a record, or one that was held back has been found clean."""

    record_id: UUID
    attachment_id: UUID
