"""What a chart shows, by a fixed number of queries: nodes, edges, and groups of what is many.

Call within `speaking`. Everything is read for the reader who speaks; what he may not see is not
in any number. Records that are named are told to the ledger.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, F, Max, Min, Q, Value
from django.db.models import When as Where
from django.urls import reverse

from peel.kernel.access.markings import Marking
from peel.kernel.base.dates import PartialDate
from peel.machine import registry
from peel.pole.charts.links import NOW, Clusters, When, from_side, to_side, visible_records
from peel.pole.identity.once import Together
from peel.pole.models import LinkType

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

# So many ends of one group are drawn at once, so many nodes by one step, so many edges at all.
FEW, DRAWN, EDGES, PAGE = 20, 300, 10_000, 50
Picture = dict[str, Any]
WAYS: tuple[tuple[str, Any, str, str], ...] = (
    (">", from_side, "from_record", "to_record"),
    ("<", to_side, "to_record", "from_record"),
)


@dataclass(frozen=True)
class Group:
    """The links of one type and way from a node to records of one kind, and how many they are."""

    of: UUID
    type: str
    way: str
    kind: str
    reading: str = field(compare=False)
    links: int = field(compare=False)
    others: int = field(compare=False)

    def shown(self) -> dict[str, Any]:
        """As a browser is told of it."""
        sheet = registry.sheet_of(self.kind)
        noun = sheet.title if self.others == 1 else sheet.title_plural
        many = f" by {self.links:,} links" if self.links != self.others else ""
        said = f"{self.reading} {self.others:,} {noun.lower()}{many}"
        return {
            "of": str(self.of), "type": self.type, "way": self.way, "kind": self.kind,
            "links": self.links, "others": self.others, "said": said, "icon": sheet.icon,
            "short": f"{self.links:,} {noun.lower()}: {self.reading}",
        }  # fmt: skip


def nodes(
    identity: "Identity", ids: Collection[UUID], when: When = NOW, own: Clusters | None = None
) -> list[dict[str, Any]]:
    """The records of these ids that the reader may see, each cluster once, by the oldest."""
    own = own or Clusters(ids, when)
    keys = {own.one(key) for key in ids}
    # The queryset notes each record that it hands out in the ledger's line of this look.
    rows = list(visible_records(identity).filter(pk__in=keys))
    flags = registry.flags_of([row.pk for row in rows], identity)
    return [_node(row, own.members(row.pk), flags.get(row.pk, [])) for row in rows]


def _node(row: Any, members: Sequence[UUID], flags: Sequence[Any]) -> dict[str, Any]:
    sheet = registry.sheet_of(row.kind)
    return {
        "id": str(row.pk),
        "reference": row.reference,
        "title": row.title,
        "kind": row.kind,
        "noun": sheet.title,
        "plural": sheet.title_plural.lower(),
        "icon": sheet.icon,
        "href": reverse(f"{sheet.url_name}-page", args=[row.reference]),
        "members": len(members),
        "marking": str(Marking(row.marking).label) if row.marking > 1 else "",
        "restricted": row.restricted,
        "flags": [flag.word for flag in flags if not isinstance(flag, Together)],
    }


def groups(identity: "Identity", keys: Collection[UUID], own: Clusters, when: When) -> list[Group]:
    """Everything that some nodes are linked to, counted by type, way and kind. Two queries."""
    found = []
    for way, side, near, far in WAYS:
        links = side(identity, own.all(keys), when)
        counted = links.values(
            "type_id", of=_drawn_by(own, keys, near), kind=F(f"{far}__kind"),
            reading=F("type__forward" if way == ">" else "type__backward"),
        ).annotate(links=Count("pk"), others=Count(f"{far}_id", distinct=True))  # fmt: skip
        for key in keys:
            # Of two records that are one person, a link between them is none of his links.
            if len(own.members(key)) > 1:
                within = {f"{near}_id__in": own.members(key), f"{far}_id__in": own.members(key)}
                counted = counted.exclude(**within)
        found += [
            Group(r["of"], r["type_id"], way, r["kind"], r["reading"], r["links"], r["others"])
            for r in counted
        ]
    return sorted(found, key=lambda g: (g.others, g.reading, g.kind))


def _drawn_by(own: Clusters, keys: Collection[UUID], near: str) -> Any:
    """The record by which the near end is drawn, as the database works it out."""
    cases = [
        Where(**{f"{near}_id__in": own.members(key), "then": Value(key)})
        for key in keys
        if len(own.members(key)) > 1
    ]
    return Case(*cases, default=F(f"{near}_id")) if cases else F(f"{near}_id")


def expand(
    identity: "Identity", key: UUID, shown: Collection[UUID] = (), when: When = NOW
) -> Picture:
    """One step out from a node: its few neighbours drawn, its many as groups.

    Gives the nodes that are new (the node itself among them), the edges between all that is then
    shown, and the groups that stay folded.
    """
    own = Clusters([key], when)
    key = own.one(key)
    found = groups(identity, [key], own, when)
    few: list[Group] = []
    for group in found:
        if group.others <= FEW and sum(g.others for g in few) + group.others <= DRAWN:
            few.append(group)
    ends = _ends_of(identity, own.members(key), few, when)
    picture = drawn(identity, {key, *ends}, shown, when)
    picture["groups"] = [group.shown() for group in found if group not in few]
    picture["centre"] = str(key)
    return picture


def _ends_of(
    identity: "Identity", members: Sequence[UUID], few: Sequence[Group], when: When
) -> set[UUID]:
    """The other ends of some groups. A query for each way."""
    ends: set[UUID] = set()
    for way, side, _, other in WAYS:
        wanted = Q()
        for group in few:
            if group.way == way:
                wanted |= Q(type_id=group.type, **{f"{other}__kind": group.kind})
        if wanted:
            links = side(identity, members, when).filter(wanted)
            ends |= set(links.values_list(f"{other}_id", flat=True).distinct())
    return ends - set(members)


def drawn(
    identity: "Identity", ids: Iterable[UUID], shown: Collection[UUID] = (), when: When = NOW
) -> Picture:
    """These as nodes, and the edges between them and with what is shown already."""
    new = set(ids)
    own = Clusters({*new, *shown}, when)
    made = nodes(identity, new, when, own)
    fresh = {UUID(node["id"]) for node in made}
    lines, more = edges(identity, fresh, {own.one(key) for key in shown} | fresh, own, when)
    return {"nodes": made, "edges": lines, "groups": [], "more_edges": more}


def edges(
    identity: "Identity", new: Collection[UUID], every: Collection[UUID], own: Clusters, when: When
) -> tuple[list[dict[str, Any]], bool]:
    """The links between the new and every node, those of one type and way between two as one.

    Two queries. Gives also whether there are more than are drawn.
    """
    fresh, whole = own.all(new), own.all(every)
    sides = (
        from_side(identity, fresh, when).filter(to_record_id__in=whole),
        to_side(identity, fresh, when).filter(from_record_id__in=whole)
        .exclude(from_record_id__in=fresh),
    )  # fmt: skip
    lines: dict[tuple[UUID, UUID, str], list[dict[str, Any]]] = defaultdict(list)
    read = 0
    for side in sides:
        rows = list(_lines(side, when)[: EDGES + 1])
        read = max(read, len(rows))
        for row in rows[:EDGES]:
            first, second = own.one(row["from_record_id"]), own.one(row["to_record_id"])
            if first != second:
                lines[first, second, row["type_id"]].append(row)
    types = LinkType.objects.in_bulk()
    made = [_edge(ends, types[ends[2]], rows, when) for ends, rows in lines.items()]
    return made, read > EDGES


def _lines(links: Any, when: When) -> Any:
    """Links folded by both ends and type, in a lasting order."""
    return (
        links.values("from_record_id", "to_record_id", "type_id")
        .annotate(
            n=Count("pk"),
            sure=Count("pk", filter=Q(confirmed=True)),
            since=Min("starts"),
            until=Max("ends"),
            open=Count("pk", filter=Q(ends=None)),
            now=Count("pk", filter=Q(ended_at=None)),
            then=Count("pk", filter=when.then),
        )
        .order_by("from_record_id", "to_record_id", "type_id")
    )


def _edge(
    ends: tuple[UUID, UUID, str], words: LinkType, rows: Sequence[Any], when: When
) -> dict[str, Any]:
    first, second, type_ = ends
    count = sum(row["n"] for row in rows)
    since = min((row["since"] for row in rows if row["since"]), default=None)
    until = max((row["until"] for row in rows if row["until"]), default=None)
    if any(row["open"] for row in rows):
        until = None
    mark = ""
    if when.compare and not any(row["then"] for row in rows):
        mark = "added"
    elif when.compare and not any(row["now"] for row in rows):
        mark = "ended"
    return {
        "id": f"{first}|{second}|{type_}",
        "from": str(first),
        "to": str(second),
        "type": type_,
        "forward": words.forward,
        "backward": words.backward,
        "n": count,
        "sure": any(row["sure"] for row in rows),
        "first": _day(since, "earliest"),
        "last": _day(until, "latest") if until else "",
        "dates": _span(since, until),
        "mark": mark,
    }


def _day(date: PartialDate | None, which: str) -> str:
    day = getattr(date, which, None) if date else None
    return day.isoformat() if day else ""


def _span(since: PartialDate | None, until: PartialDate | None) -> str:
    if since and until:
        return f"{since} to {until}"
    if since:
        return f"from {since}"
    return f"until {until}" if until else ""


def members(
    identity: "Identity", group: Group, shown: Collection[UUID], when: When, place: str = ""
) -> Picture:
    """A page of a group's other ends, those with the most links first, with their edges.

    `place` is the last count and id of the page before. Raises ValueError for any other.
    """
    own = Clusters([group.of], when)
    side, other = (from_side, "to_record") if group.way == ">" else (to_side, "from_record")
    links = side(identity, own.members(group.of), when).filter(
        type_id=group.type, **{f"{other}__kind": group.kind}
    )
    ends = links.values(end=F(f"{other}_id")).annotate(n=Count("pk"))
    if place:
        count, last = place.split("_")
        ends = ends.filter(Q(n__lt=int(count)) | Q(n=int(count), end__gt=UUID(last)))
    found = list(ends.order_by("-n", "end")[: PAGE + 1])
    picture = drawn(identity, {row["end"] for row in found[:PAGE]}, {*shown, group.of}, when)
    last_row = found[PAGE - 1] if len(found) > PAGE else None
    picture["next"] = f"{last_row['n']}_{last_row['end']}" if last_row else ""
    return picture
