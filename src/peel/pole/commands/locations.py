"""Recording a location and changing it."""

from typing import Any
from uuid import UUID

from peel.kernel.access.markings import Marking
from peel.kernel.audit.ledger import Act
from peel.machine.commands import Work, command
from peel.pole.location_forms import LocationForm, NewLocationForm
from peel.pole.models import Location

PREFIX = "LO"


@command(
    "pole.location.create",
    title="Record a location",
    permission="pole.location.create",
    act=Act.COLLECTION,
    form=NewLocationForm,
    creates=Location,
)
def record_location(
    work: Work, *, category: str = "", marking: int = Marking.OFFICIAL, **values: Any
) -> Location:
    """Make a location; its category is worked out where none is given."""
    return work.create(Location, prefix=PREFIX, category=category, marking=marking, **values)


@command(
    "pole.location.edit",
    title="Edit",
    permission="pole.location.edit",
    form=LocationForm,
    on=Location,
)
def edit_location(
    work: Work, *, record_id: UUID, version: int | None = None, **values: Any
) -> Location:
    """Change a location."""
    location = work.lock(Location, record_id, version)
    return work.change(location, **values)
