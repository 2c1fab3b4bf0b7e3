"""What a kind of record declares: its sheet, a frozen dataclass beside an ordinary model.

The model stays the only place that says what a field is; the sheet says how the record looks,
moves and lasts. Functions are given as objects, and every name is checked at start-up.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.http import HttpResponseBase

from peel.kernel.access.markings import Marking
from peel.kernel.records.kinds import kind_of
from peel.kernel.records.models import Kind
from peel.machine.ui.forms.conditions import Ask

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.flows import Flow


@dataclass(frozen=True)
class Section:
    """A group of fields under one heading, on the page and in the forms.

    `asks` names those of its fields that are asked only on a condition.
    """

    title: str
    fields: tuple[str, ...]
    hint: str = ""
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of the list: a field's name, or a function of the record with a heading."""

    field: str
    heading: str = ""
    value: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Search:
    """What the search document holds: names for spelling, numbers matched whole, words."""

    names: Callable[[Any], list[str]] = lambda record: [record.title]
    numbers: Callable[[Any], list[str]] = lambda record: []
    body: Callable[[Any], str] = lambda record: ""


@dataclass(frozen=True)
class Permissions:
    """The names of the permissions that the derived operations ask for."""

    view: str
    create: str
    edit: str
    restrict: str
    move: str

    @classmethod
    def of(cls, kind: str) -> "Permissions":
        """The names that follow from a kind's own: "investigation.crime.view" and so on."""
        return cls(*(f"{kind}.{verb}" for verb in ("view", "create", "edit", "restrict", "move")))


@dataclass(frozen=True)
class Markings:
    """The markings that a kind may bear, and the one it starts with."""

    allowed: tuple[Marking, ...] = (Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE)
    default: Marking = Marking.OFFICIAL


@dataclass(frozen=True)
class PanelRow:
    """A line of a panel: its cells, and where the first of them leads."""

    cells: tuple[Any, ...]
    href: str = ""
    tag: str = ""
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PanelBody:
    """What a panel shows now: headings, rows, how many there are, and what can be done.

    `rows` may be the first of more (`count`); `next` is then the place of those that follow.
    """

    headings: tuple[str, ...]
    rows: tuple[PanelRow, ...]
    count: int
    actions: tuple[tuple[str, str], ...] = ()
    empty: str = "None recorded."
    next: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of a record's page that this or another module fills.

    `body(record, identity)` gives its first rows. `page(record, identity, place)`, for a panel that
    may have many, gives those from a place on (see `kernel.base.paging`). Panels with the same
    `tab` stand under it together.
    """

    name: str
    title: str
    body: Callable[[Any, "Identity"], PanelBody]
    permission: str = ""
    page: Callable[[Any, "Identity", str], PanelBody] | None = None
    tab: str = ""


@dataclass(frozen=True)
class Told:
    """What a timeline says of one version of a row: who wrote it and when, and the values."""

    title: str
    at: datetime.datetime
    by: UUID | None = None
    before: str = ""
    after: str = ""
    source: str = ""


@dataclass(frozen=True)
class Track:
    """Rows that belong to a record (names, links) and whose versions its timeline tells.

    `rows(versions, record, identity)` narrows the versions of `model` to the record's and to what
    the identity may be told; `tell(now, before)` says what one changed (`before` None: the first).
    """

    name: str
    title: str
    model: type[models.Model]
    rows: Callable[[Any, Any, "Identity"], Any]
    tell: Callable[[Any, Any], Told]
    permission: str = ""


@dataclass(frozen=True)
class Narrowing:
    """A parameter of lists that another app reads, for the kinds that `fits`. `words(text)` says
    what it asks, `condition(sheet, text)` filters by it; the first raises Invalid for what is bad.
    """

    name: str
    fits: Callable[["Sheet"], bool]
    words: Callable[[str], str]
    condition: Callable[["Sheet", str], models.Q]


@dataclass(frozen=True)
class Part:
    """What another app adds to every kind: `urls(sheet)` gives addresses that the fixed shapes of
    pages cannot, `operations(router, sheet)` adds to the API, `on_list(sheet, identity, total)` to
    the list's page: the templates `list_before` and `list_after` its rows, and what they need.
    `opened(sheet, identity, given)` gives the question to read (with the key of the name it was
    kept under, if it was) and a function of what was read that gives the bar above the list.
    """

    urls: Callable[["Sheet"], list[Any]]
    operations: Callable[[Any, "Sheet"], None] = lambda router, sheet: None
    on_list: Callable[["Sheet", "Identity", int], dict[str, Any]] = lambda sheet, identity, n: {}
    opened: Callable[["Sheet", "Identity", Any], tuple[Any, str, Callable[..., Any]]] | None = None
    narrows: Narrowing | None = None


@dataclass(frozen=True)
class RecordPage:
    """A further page of every record; `view(request, sheet, reference)`. No title: no link to it.

    It answers GET alone. `permission` shows the link; the view asks for what it needs itself.
    """

    name: str
    title: str
    view: Callable[..., HttpResponseBase]
    permission: str = ""
    order: int = 100


@dataclass(frozen=True)
class Flag:
    """What must be known of a record wherever it is named: a word, its GOV.UK tag colour, and what
    its own page says about it (`text`; none: the word is enough).
    """

    word: str
    colour: str = "red"
    text: str = ""


@dataclass(frozen=True)
class Numbers:
    """The series of human references: its prefix (two or three capitals)."""

    prefix: str


View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Sheet:
    """One kind of record, declared. See docs/reference/sheet.md for each key."""

    model: type[Kind]
    caption: Callable[[Any], str]
    numbers: Numbers
    sections: tuple[Section, ...]
    columns: tuple[Column, ...]
    icon: str = "record"
    natural_key: tuple[str, ...] = ()
    search: Search = Search()
    facets: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    flow: "Flow | None" = None
    permissions: Permissions | None = None
    markings: Markings = Markings()
    retention: str = ""
    panels: tuple[Panel, ...] = ()
    views: Mapping[str, View] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind's name, "investigation.crime"."""
        return kind_of(self.model)

    @property
    def may(self) -> Permissions:
        """The permissions that apply: those given, else those that follow from the kind."""
        return self.permissions or Permissions.of(self.kind)

    @property
    def title(self) -> str:
        """What one record of the kind is called."""
        return (words := str(self.model._meta.verbose_name))[:1].upper() + words[1:]

    @property
    def title_plural(self) -> str:
        """What several records of the kind are called."""
        return (words := str(self.model._meta.verbose_name_plural))[:1].upper() + words[1:]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of every section, in order."""
        return tuple(name for section in self.sections for name in section.fields)

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Every field that is asked on a condition, with it."""
        return tuple(ask for section in self.sections for ask in section.asks)

    @property
    def url_name(self) -> str:
        """The stem of the names of the derived pages' URLs."""
        return self.kind.replace(".", "-")
