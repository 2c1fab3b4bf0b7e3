"""What the loader hands to the records: batches of plain rows, behind one small door.

`CrimeSink` is all that the loader knows of records; `sink.py` is the real one.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from uuid import UUID


class Point(NamedTuple):
    """An anonymised map point that becomes a location. Degrees of WGS 84 as published."""

    record: UUID
    longitude: float
    latitude: float
    text: str
    lsoa: str
    lsoa_name: str


class Published(NamedTuple):
    """A crime, or an incident where `crime_id` is empty, as published.

    `key` is its key in the row ledger; `month` is such as "2019-03"; `location` is the record of
    its map point, None where it has none, `place` and `area` the point's text and LSOA name.
    """

    record: UUID
    key: bytes
    crime_id: str
    month: str
    force: str
    falls_within: str
    category: str
    last_outcome: str
    context: str
    location: UUID | None
    place: str
    area: str


class GivenOutcome(NamedTuple):
    """An outcome of a crime as published: `crime` is the record of its crime."""

    id: UUID
    key: bytes
    crime: UUID
    month: str
    text: str
    force: str


@dataclass
class Batch:
    """What one transaction writes, in the order of the fields.

    `amended` holds rounds of later versions: each names a record once, and a round is written
    after the one before, so that every version leaves its trace in the history.
    """

    points: list[Point] = field(default_factory=list)
    crimes: list[Published] = field(default_factory=list)
    incidents: list[Published] = field(default_factory=list)
    amended: list[list[Published]] = field(default_factory=list)
    outcomes: list[GivenOutcome] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.points or self.crimes or self.incidents or self.amended or self.outcomes)


class CrimeSink(Protocol):
    """Where loaded rows become records."""

    def prepare(self, batch: Batch) -> object:
        """All that can be done for a batch before its transaction, while another is written."""

    def write(self, prepared: Any) -> int:
        """Write a prepared batch with links, documents, versions and ledger line.

        Returns how many later versions were left out because somebody has worked on the record
        since it was loaded. Runs inside the caller's transaction, in a thread of its own, and
        neither commits nor catches: it is done wholly or not at all.
        """
