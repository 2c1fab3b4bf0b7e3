"""Reads of what officers were told, what they watch and mute, and who broke the glass."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from peel.kernel.access.models import Officer
from peel.kernel.records.models import BreakGlass, Judgement, Record
from peel.machine.queries.finding import kinds_to_view
from peel.services.notify.models import Mute, Notice, Watch

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

PAGE = 25
MOST = 100
MOST_WATCHED = 200


@dataclass(frozen=True)
class Waiting:
    """How many notices wait (100 stands for more), and how many alarms are among them.

    What waits is what is unread, and an alarm that nobody has judged.
    """

    count: int = 0
    alarms: int = 0

    @property
    def words(self) -> str:
        """The number as pages show it."""
        return f"{MOST - 1}+" if self.count >= MOST else str(self.count)


def waiting(identity: "Identity | None") -> Waiting:
    """What waits for the identity: one query, within `speaking` or outside of it."""
    if identity is None:
        return Waiting()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "select waiting, alarms from notify.unread(%s, %s)",
                [identity.token, kinds_to_view(identity)],
            )
            return Waiting(*(cursor.fetchone() or (0, 0)))
    except DatabaseError:
        # A page about a failure of the database is drawn all the same.
        return Waiting()


def records_of(identity: "Identity") -> QuerySet[Record]:
    """The records that the identity may see, by visibility and by role."""
    found: QuerySet[Record] = Record.objects.visible_to(identity)
    return found.filter(kind__in=kinds_to_view(identity))


def _judged() -> Exists:
    return Exists(Judgement.objects.filter(break_glass=OuterRef("break_glass")))


def notices(identity: "Identity") -> QuerySet[Notice]:
    """What the identity was told and may still be shown, the newest first.

    A notice of a record that it may no longer see is gone; an alarm stays.
    """
    seen = Q(record=None) | Q(record__in=records_of(identity)) | Q(break_glass__isnull=False)
    mine = Notice.objects.filter(seen, user_id=identity.user_id)
    return mine.order_by("-at", "-id")


def open_alarms(identity: "Identity") -> QuerySet[Notice]:
    """The alarms that nobody has judged yet."""
    alarms = Notice.objects.filter(user_id=identity.user_id, break_glass__isnull=False)
    return alarms.exclude(_judged()).order_by("-at", "-id")


def others(identity: "Identity", *, reason: str = "", unread: bool = False) -> QuerySet[Notice]:
    """The notices beneath the open alarms, of one reason or unread if that is asked for."""
    found = notices(identity).exclude(Q(break_glass__isnull=False) & ~_judged())
    if reason:
        found = found.filter(reason=reason)
    return found.filter(read_at=None) if unread else found


def page_of(
    found: QuerySet[Notice], *, before: Notice | None = None, after: Notice | None = None
) -> tuple[list[Notice], bool, bool]:
    """A page by keyset, and whether there is a newer and an older one."""
    if after is not None:
        newer = Q(at__gt=after.at) | Q(at=after.at, pk__gt=after.pk)
        rows = list(found.filter(newer).order_by("at", "id")[: PAGE + 1])
        return rows[:PAGE][::-1], len(rows) > PAGE, True
    if before is not None:
        found = found.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk))
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], before is not None, len(rows) > PAGE


def seen_records(identity: "Identity", ids: set[UUID]) -> dict[UUID, Record]:
    """Those of these records that the identity may see, by id."""
    return {row.pk: row for row in records_of(identity).filter(pk__in=ids)} if ids else {}


def officers(ids: set[UUID]) -> dict[UUID, Officer]:
    """The staff list's rows for these appointments."""
    return {one.pk: one for one in Officer.objects.filter(pk__in=ids)} if ids else {}


def watched(identity: "Identity") -> list[Watch]:
    """What the identity watches and may see, the latest first; no more than 200."""
    mine = Watch.objects.filter(user_id=identity.user_id, record__in=records_of(identity))
    return list(mine.select_related("record").order_by("-since", "-pk")[:MOST_WATCHED])


def watches(identity: "Identity", record: Record) -> bool:
    """Whether the identity watches the record; asked of the database once for each record."""
    known: Any = record
    if not hasattr(known, "watched_by_me"):
        known.watched_by_me = Watch.objects.filter(
            user_id=identity.user_id, record_id=record.pk
        ).exists()
    return bool(known.watched_by_me)


def mutes(identity: "Identity") -> list[Mute]:
    """What the identity does not want to be told, reasons first."""
    mine = Mute.objects.filter(user_id=identity.user_id)
    seen = mine.filter(Q(record=None) | Q(record__in=records_of(identity)))
    return list(seen.select_related("record").order_by("-reason", "-since")[:MOST_WATCHED])


def acts(identity: "Identity") -> QuerySet[BreakGlass]:
    """The acts of breaking the glass that concern the identity, its own among them."""
    mine = Q(user_id=identity.user_id) | Q(concerned__contains=[identity.user_id])
    if identity.may("oversight.audit.view"):
        mine |= Q(organisation_id=identity.organisation_id)
    return BreakGlass.objects.filter(mine).prefetch_related("judgements").order_by("-pk")


def concerns(identity: "Identity", act: BreakGlass) -> bool:
    """Whether the identity may judge an act that it may see: anybody's but its own."""
    return act.user_id != identity.user_id
