"""Decides what becomes of each row: loaded, later version of another, or the same as another.

Pure: it looks at the rows that arrive and at those already known, and at nothing else. The rows of
one subject stand in one order (Place). The first row of each content is a *version*; the first
version is "loaded", each further one is a "later version" of the version before it, and every
other row is "the same" as the version with its content. As this depends only on which rows there
are, it does not matter in which order or how often they arrive: a version that arrives late takes
its place in the order, and what stood there before is labelled anew.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from peel.migration.police_uk.keys import Subject


class Result(StrEnum):
    """What became of a row; the value is how it is stored."""

    LOADED = "l"
    LATER = "v"
    SAME = "s"
    QUARANTINED = "q"


class Place(NamedTuple):
    """Where a row stands: the month it names, then when its file was published, then the file.

    Files without a known month of publication count as published in their own month. Of two files
    of the same month and publication the one that was first loaded later (a higher `file` number)
    stands later. Months are numbers such as 201903.
    """

    month: int
    published: int
    file: int
    line: int


class Arrival(NamedTuple):
    """A good row that has just been read."""

    place: Place
    subject: Subject
    fields: tuple[str, ...]
    raw: bytes


class Version(NamedTuple):
    """The row that stands for one content of a subject. `fields` are those of the row."""

    place: Place
    content: bytes
    record: UUID
    fields: tuple[str, ...]


class Line(NamedTuple):
    """A line of the row ledger. `raw` is kept for versions only."""

    place: Place
    subject: Subject
    result: Result
    record: UUID | None
    raw: bytes | None


class Write(NamedTuple):
    """Something to be written to the records: a new record, or a new state of one."""

    subject: Subject
    record: UUID
    fields: tuple[str, ...]


@dataclass
class Plan:
    """What one batch of rows amounts to.

    `amended` holds rounds: each round names a record once at most, and rounds are written one
    after the other so that every version leaves its trace. `relabelled` names known rows whose
    result is now another. `standing` gives the versions of each subject as they then stand.
    """

    lines: list[Line] = field(default_factory=list)
    relabelled: list[tuple[Place, Result]] = field(default_factory=list)
    created: list[Write] = field(default_factory=list)
    amended: list[list[Write]] = field(default_factory=list)
    standing: dict[bytes, list[Version]] = field(default_factory=dict)

    def amend(self, round_number: int, write: Write) -> None:
        """Add a new state of a record to a round."""
        while len(self.amended) <= round_number:
            self.amended.append([])
        self.amended[round_number].append(write)


def reconcile(
    arrivals: Iterable[Arrival],
    known: Mapping[bytes, Sequence[Version]],
    new_id: Callable[[], UUID],
) -> Plan:
    """What becomes of `arrivals`, given the versions already known of their subjects by key."""
    plan = Plan()
    together: dict[bytes, list[Arrival]] = {}
    for arrival in arrivals:
        key = arrival.subject.key
        if key in together:
            together[key].append(arrival)
        else:
            together[key] = [arrival]
    lines, created = plan.lines, plan.created
    for key, group in together.items():
        if len(group) == 1 and key not in known:
            place, subject, fields, raw = group[0]
            record = new_id()
            lines.append(Line(place, subject, Result.LOADED, record, raw))
            created.append(Write(subject, record, fields))
            plan.standing[key] = [Version(place, subject.content, record, fields)]
        else:
            _settle(plan, group, known.get(key, ()), new_id)
    return plan


def _settle(
    plan: Plan, group: list[Arrival], before: Sequence[Version], new_id: Callable[[], UUID]
) -> None:
    """Put the arrivals of one subject in their places among its known versions."""
    record = before[0].record if before else new_id()
    standing = {version.content: version for version in before}
    by_place = {arrival.place: arrival for arrival in group}
    for place in sorted(by_place):
        arrival = by_place[place]
        stands = standing.get(arrival.subject.content)
        if stands is None or place < stands.place:
            standing[arrival.subject.content] = Version(
                place, arrival.subject.content, record, arrival.fields
            )
    ordered = plan.standing[group[0].subject.key] = sorted(standing.values())
    labels = {
        version.place: Result.LATER if position else Result.LOADED
        for position, version in enumerate(ordered)
    }
    for place, arrival in by_place.items():
        result = labels.get(place, Result.SAME)
        raw = None if result is Result.SAME else arrival.raw
        plan.lines.append(Line(place, arrival.subject, result, record, raw))
    _relabel(plan, before, labels)
    _write(plan, group[0].subject, before, ordered)


def _relabel(plan: Plan, before: Sequence[Version], labels: Mapping[Place, Result]) -> None:
    """Note which known versions now have another result than they had."""
    for position, version in enumerate(sorted(before)):
        had = Result.LATER if position else Result.LOADED
        has = labels.get(version.place, Result.SAME)
        if has is not had:
            plan.relabelled.append((version.place, has))


def _write(
    plan: Plan, subject: Subject, before: Sequence[Version], ordered: Sequence[Version]
) -> None:
    """Note what to write so that the record ends as the last version says.

    Versions that take a place after the one that stood last are written one by one. One that
    arrives late, before it, is kept in the row ledger and leaves the record as it is.
    """
    known = {version.content for version in before}
    fresh = [version for version in ordered if version.content not in known]
    if not before:
        first, *rest = ordered
        plan.created.append(Write(subject, first.record, first.fields))
        now = first.content
    else:
        last = max(before)
        rest = [version for version in fresh if version.place > last.place]
        now = last.content
    for version in rest:
        now = version.content
    if now != ordered[-1].content:
        rest = [*rest, ordered[-1]]
    for round_number, version in enumerate(rest):
        plan.amend(round_number, Write(subject, version.record, version.fields))
