"""Who and what a person is linked to, by kind: a few of each and how many there are.

Two queries, whatever is linked: of ten thousand links a handful of each kind is read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from peel.kernel.audit import looks
from peel.machine import registry
from peel.machine.queries.finding import kinds_to_view
from peel.machine.sheets import Flag
from peel.pole.models import Link

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

FEW = 6
WAYS = (
    ("from_record", "to_record", "type__forward"),
    ("to_record", "from_record", "type__backward"),
)
# What stands first; any other kind follows by its name.
_ORDER = (
    "pole.nominal", "pole.location", "objects.vehicle", "objects.phone", "objects.organisation",
    "investigation.crime", "investigation.incident",
)  # fmt: skip
_TITLES = {"pole.nominal": "Associates and family", "pole.location": "Addresses over time"}


@dataclass(frozen=True)
class Tie:
    """One link as it reads from the person's side."""

    reference: str
    title: str
    href: str
    reading: str
    when: str
    confirmed: bool
    flags: Sequence[Flag] = ()


@dataclass(frozen=True)
class Ties:
    """The links to records of one kind: the first few, and how many there are."""

    kind: str
    title: str
    icon: str
    count: int
    rows: Sequence[Tie]


def around(ids: Sequence[UUID], identity: "Identity") -> list[Ties]:
    """What these records (one person) are linked to, by kind, the latest of each first."""
    if not identity.may("pole.link.view"):
        return []
    kinds = kinds_to_view(identity)
    found: dict[str, list[Any]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for near, far, reading in WAYS:
        for row in _few(ids, kinds, near, far, reading):
            found[row["kind"]].append(row)
            # Each row says how many there are of its kind; the first of a kind says it once.
            if row["place"] == 1:
                counts[row["kind"]] += row["count"]
    rows = {kind: sorted(found[kind], key=_latest, reverse=True)[:FEW] for kind in found}
    shown = [row["far"] for each in rows.values() for row in each]
    looks.note(shown)
    # Asked for the person too, so that the page asks as much whatever is around.
    flags = registry.flags_of([*shown, *ids], identity)
    return [_ties(kind, rows[kind], counts[kind], flags) for kind in sorted(rows, key=_place)]


def _few(ids: Sequence[UUID], kinds: list[str], near: str, far: str, reading: str) -> Any:
    """The first links of each kind, with the number of all, read one way."""
    return (
        Link.objects.filter(
            **{f"{near}_id__in": ids, f"{far}__kind__in": kinds}, ended_at=None
        )
        # Of two records that are one person, a link between them is none of his.
        .exclude(**{f"{far}_id__in": ids})
        .annotate(
            kind=F(f"{far}__kind"),
            count=Window(Count("pk"), partition_by=[F(f"{far}__kind")]),
            place=Window(
                RowNumber(),
                partition_by=[F(f"{far}__kind")],
                order_by=[F("starts").desc(nulls_last=True), "-asserted_at", "-pk"],
            ),
        )
        .filter(place__lte=FEW)
        .values(
            "place", "count", "kind", "starts", "ends", "confirmed", "asserted_at",
            far=F(f"{far}_id"), reference=F(f"{far}__reference"), title=F(f"{far}__title"),
            reading=F(reading),
        )
    )  # fmt: skip


def _latest(row: Any) -> Any:
    starts = row["starts"].stored if row["starts"] else ""
    return (starts, row["asserted_at"], row["far"])


def _place(kind: str) -> tuple[int, str]:
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)


def _ties(kind: str, rows: list[Any], count: int, flags: dict[UUID, list[Flag]]) -> Ties:
    sheet = registry.sheet_of(kind)
    return Ties(
        kind,
        _TITLES.get(kind, sheet.title_plural),
        sheet.icon,
        count,
        [
            Tie(
                row["reference"],
                row["title"],
                reverse(f"{sheet.url_name}-page", args=[row["reference"]]),
                row["reading"],
                " to ".join(str(date) for date in (row["starts"], row["ends"]) if date),
                row["confirmed"],
                flags.get(row["far"], ()),
            )
            for row in rows
        ],
    )
