"""Who is told: what an open page is about, and what its reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from peel.kernel.access import permissions as names
from peel.machine import registry

MOST_TOPICS = 20


@dataclass(frozen=True)
class Topics:
    """What a page is about: kinds whose lists it shows, and records."""

    kinds: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()

    @classmethod
    def read(cls, kinds: list[str], records: list[str]) -> "Topics":
        """The topics in a query string. Raises ValueError for a kind or an id that cannot be."""
        if len(kinds) + len(records) > MOST_TOPICS:
            raise ValueError(f"A page is about {MOST_TOPICS} things at most.")
        for kind in kinds:
            try:
                registry.sheet_of(kind)
            except LookupError:
                raise ValueError("There is no such kind of record.") from None
        return cls(frozenset(kinds), frozenset(str(UUID(record)) for record in records))


@dataclass(frozen=True)
class Viewer:
    """What decides which records a reader may see: renewed every few seconds while he listens."""

    user_id: str
    clearance: int
    organisations: frozenset[UUID]
    permissions: frozenset[str]
    kinds: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        seen = (s.kind for s in registry.sheets() if names.allows(self.permissions, s.may.view))
        object.__setattr__(self, "kinds", frozenset(seen))


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a record stands for visibility, at one time."""

    organisation: UUID
    marking: int
    restricted: bool
    admitted: frozenset[str] = frozenset()

    def open_to(self, viewer: Viewer) -> bool:
        """The rule of visibility, as row-level security has it."""
        return (
            self.organisation in viewer.organisations
            and self.marking <= viewer.clearance
            and (not self.restricted or viewer.user_id in self.admitted)
        )


@dataclass(frozen=True, slots=True)
class Told:
    """One published event, ready to be sent: as it is, or as the news that a record has gone."""

    published: int
    kind: str
    record: str
    person: str
    now: Sight | None
    was: Sight | None
    changed: bytes
    gone: bytes

    def concerns(self, topics: Topics) -> bool:
        """Whether a page is about it."""
        return self.record in topics.records or self.kind in topics.kinds

    def message(self, viewer: Viewer, topics: Topics) -> bytes:
        """What the reader of a page is sent; nothing when it is not for him."""
        if self.person:
            return self.changed if self.person == viewer.user_id else b""
        if self.kind not in viewer.kinds or not self.concerns(topics):
            return b""
        if self.now is not None and self.now.open_to(viewer):
            return self.changed
        # Whoever could see it until now learns that it went, and nothing else.
        return self.gone if self.was is not None and self.was.open_to(viewer) else b""


def sight(columns: Mapping[str, Any], prefix: str = "") -> Sight | None:
    """The sight in a row's columns; None where there is none."""
    organisation = columns[f"{prefix}organisation_id"]
    if organisation is None:
        return None
    admitted = frozenset(str(user) for user in columns.get(f"{prefix}admitted") or ())
    return Sight(
        organisation, columns[f"{prefix}marking"], columns[f"{prefix}restricted"], admitted
    )
