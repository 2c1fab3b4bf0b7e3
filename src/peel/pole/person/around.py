"""Who and what a person is linked to, by kind: a few of each and how many there are.

One question, whatever is linked: of ten thousand links a handful of each kind is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from peel.kernel.audit import looks
from peel.kernel.base.dates import PartialDate
from peel.machine import registry
from peel.machine.queries.finding import kinds_to_view
from peel.machine.sheets import Flag
from peel.pole.models import LinkType

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

FEW = 6
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
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, other_id, forward, reference, title, type_id, starts, ends, confirmed, n"
            " from pole.ties_of(%s, %s, %s)",
            [list(ids), kinds_to_view(identity), FEW],
        )
        rows = cursor.fetchall()
    shown = [row[1] for row in rows]
    looks.note(shown)
    # Asked for the person too, so that the page asks as much whatever is around.
    flags = registry.flags_of([*shown, *ids], identity)
    types = LinkType.objects.in_bulk()
    found = [
        _ties(kind, list(each), types, flags) for kind, each in groupby(rows, lambda row: row[0])
    ]
    return sorted(found, key=_place)


def _place(ties: Ties) -> tuple[int, str]:
    return (_ORDER.index(ties.kind) if ties.kind in _ORDER else len(_ORDER), ties.kind)


def _ties(
    kind: str, rows: list[Any], types: dict[str, LinkType], flags: dict[UUID, list[Flag]]
) -> Ties:
    sheet = registry.sheet_of(kind)
    made = []
    for _, other, forward, reference, title, type_, starts, ends, confirmed, _n in rows:
        words = types[type_]
        dates = [str(PartialDate.restore(date)) for date in (starts, ends) if date]
        made.append(
            Tie(
                reference,
                title,
                reverse(f"{sheet.url_name}-page", args=[reference]),
                words.forward if forward else words.backward,
                " to ".join(dates),
                confirmed,
                flags.get(other, ()),
            )
        )
    return Ties(kind, _TITLES.get(kind, sheet.title_plural), sheet.icon, rows[0][-1], made)
