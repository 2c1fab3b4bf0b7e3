"""The parts that pages are made of, as plain values: what each partial in `ui/partials` shows."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    """One cell. `href` makes it a link, `tag` (a colour) a tag; `hint` stands small beneath."""

    value: Any
    href: str = ""
    tag: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """A heading. `href` sorts by it; `sort` is "ascending" or "descending" where it now does.

    `numeric` aligns right; `nowrap` keeps references and dates on one line where it can.
    """

    heading: str
    href: str = ""
    sort: str = ""
    numeric: bool = False
    nowrap: bool = False


@dataclass(frozen=True)
class Row:
    """A row: cells (`Cell` or plain values), the first of which leads to `href`.

    `key` and `version` name the record and its version; `value` is what choosing the row sends;
    `note` says what just happened to it; `flags` are tags [(word, colour)] behind the first cell.
    """

    cells: Sequence[Any]
    href: str = ""
    restricted: bool = False
    marking: str = ""
    key: str = ""
    version: int | None = None
    value: str = ""
    note: str = ""
    flags: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Table:
    """A table with its caption; `empty` stands in its place when there are no rows.

    In a `selectable` one each row has a box, which belongs to the form `bulk` of the page.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str = "Nothing to show."
    caption_hidden: bool = False
    selectable: bool = False


@dataclass(frozen=True)
class FacetOption:
    """One value to filter by. `count` is text ("412", "more than 10,000"); `href` toggles it."""

    label: str
    count: str = ""
    href: str = ""
    chosen: bool = False
    value: str = ""


@dataclass(frozen=True)
class Facet:
    """A group of values of one field."""

    label: str
    options: Sequence[FacetOption]
    name: str = ""


@dataclass(frozen=True)
class Pager:
    """Where the neighbouring pages are ("" where there is none), and how many rows in words."""

    first: str = ""
    previous: str = ""
    next: str = ""
    total: str = ""


@dataclass(frozen=True)
class SummaryRow:
    """A fact: its label, its value, and who said so (`source`, with a link to it)."""

    label: str
    value: Any
    href: str = ""
    source: str = ""
    source_href: str = ""
    tag: str = ""


@dataclass(frozen=True)
class SummarySection:
    """Facts under one heading. `action` is a link: (words, where)."""

    title: str
    rows: Sequence[SummaryRow]
    action: tuple[str, str] = ("", "")
    hint: str = ""


@dataclass(frozen=True)
class Change:
    """One field that differed, old and new as people read them."""

    label: str
    before: Any = ""
    after: Any = ""


@dataclass(frozen=True)
class HistoryEntry:
    """One version. `at` is an aware time, shown in London's; `exact` says it to the second.

    `source` says in which record a fact was said. A `number` of 0 is no version of the record.
    """

    number: int
    at: datetime.datetime
    by: str
    title: str
    changes: Sequence[Change] = ()
    exact: str = ""
    source: str = ""


@dataclass(frozen=True)
class Move:
    """A move that may be made now: what the button says and where it leads."""

    title: str
    href: str
    hint: str = ""
    warning: bool = False
    primary: bool = False


@dataclass(frozen=True)
class Disputed:
    """A field of a stale form: as it was when the form was opened, yours, and theirs.

    `base`, `yours` and `theirs` are read by people; `theirs_value` is sent back where both agree.
    `differs` when both changed it and one has to choose; `kept` says which side stands otherwise
    ("yours", "theirs"; "" where both are the same). `bound` is the field to write it anew.
    """

    name: str
    label: str
    yours: Any
    theirs: Any
    yours_value: str = ""
    theirs_value: str = ""
    differs: bool = True
    base: Any = None
    kept: str = ""
    bound: Any = None


@dataclass(frozen=True)
class Conflict:
    """Two versions of a record: who saved first and when, and each field.

    `hidden` is sent along; `missing` when a choice was left open.
    """

    by: str
    at: datetime.datetime | None
    version: int
    fields: Sequence[Disputed]
    cancel: str = ""
    hidden: Sequence[tuple[str, str]] = field(default=())
    missing: bool = False

    @property
    def settled(self) -> bool:
        """Whether there is nothing to choose."""
        return not any(one.differs for one in self.fields)
