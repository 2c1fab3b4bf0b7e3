"""What is asked of the person engine, and what it answers."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from peel.kernel.base.dates import PartialDate


@dataclass(frozen=True)
class PersonQuery:
    """What is known of a person. All of it may be wrong; anything may be left out.

    `names` are words in any order; `given` and `family` where it is known which is which.
    """

    names: str = ""
    given: str = ""
    family: str = ""
    born: PartialDate | None = None
    born_year: int | None = None
    postcodes: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    sex: str = ""

    def birth(self) -> PartialDate | None:
        """The date of birth as it is known, a bare year included."""
        if self.born is None and self.born_year and 1 <= self.born_year <= 9999:
            return PartialDate.year(self.born_year)
        return self.born


class Keys(NamedTuple):
    """Under what one is looked up: keys of names like that asked for, days of birth, numbers."""

    names: list[int]
    days: list[str]
    numbers: list[str]


@dataclass(frozen=True)
class PersonHit:
    """A person who may be meant: the canonical record, how well it fits, and why in words.

    `fields` are what of the question it was found by: "name", "born", "postcode", "number";
    `whole` says that every word of the question's names is like one of the person's name.
    """

    record_id: UUID
    score: float
    reasons: tuple[str, ...]
    fields: frozenset[str]
    whole: bool = False


@dataclass(frozen=True)
class CandidateRow:
    """A record as it would be compared, in the normal forms of search; visible facts only.

    Dates of birth are "1980-06-14" where the day is known, else as they are stored.
    """

    record_id: UUID
    forenames: tuple[str, ...]
    surnames: tuple[str, ...]
    born: tuple[str, ...]
    postcodes: tuple[str, ...]
    pnc: tuple[str, ...]
    cro: tuple[str, ...]
    sex: str
    phones: tuple[str, ...]
