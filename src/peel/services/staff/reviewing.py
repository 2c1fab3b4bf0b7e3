"""The access review: every post with what it allows, on its way out as a file.

A post's line says when it was last used and on how many access lists its holder stands; which
records those are stands there only where the reviewer sees them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from peel.kernel.access.identity import speaking
from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Appointment, Officer, Role, User
from peel.kernel.audit import ledger, looks
from peel.kernel.base import clock
from peel.kernel.base.spreadsheets import CSVWriter
from peel.kernel.records.models import Record
from peel.machine.queries.finding import kinds_to_view
from peel.machine.show import exact
from peel.services.staff import queries, rules

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

CHUNK = 200
HEADINGS = [
    "Name", "Collar number", "Active", "Organisation", "Unit", "Role", "Acts for", "Rank",
    "Clearance", "From", "To", "State", "Last used", "What it allows", "On access lists",
    "Those that you may see",
]  # fmt: skip


@dataclass(frozen=True)
class Use:
    """When a post was last used, and the access lists on which its holder stands."""

    last_seen: datetime | None = None
    lists: int = 0
    seen: list[UUID] = field(default_factory=list)


class Review:
    """One file. Each chunk has its ledger line before it leaves; the last line says it is whole."""

    def __init__(self, identity: "Identity") -> None:
        self.identity, self.writer = identity, CSVWriter()
        self.began = clock.now()
        self.posts = self.chunks = 0
        with speaking(identity):
            self.places = [place.pk for place in queries.organisations(identity)]
            held = queries.held_by(Role.objects.values_list("name", flat=True))
            self.allows = {
                name: "; ".join(queries.in_words(permissions)) for name, permissions in held.items()
            }

    @property
    def file_name(self) -> str:
        """The name under which a browser keeps the file."""
        return f"access-review-{self.began:%Y%m%d-%H%M}Z.csv"

    def pieces(self) -> Iterator[bytes]:
        """The file. Raises LedgerUnavailable when a chunk cannot be accounted for."""
        try:
            yield self.writer.head("Access review", HEADINGS)
            after: tuple[str, UUID] | None = None
            while posts := self._read(after):
                yield self._chunk(posts)
                after = (posts[-1].name, posts[-1].pk)
            self._account([], closing=True)
        except BaseException as problem:
            self._account([], ledger.Outcome.FAILED, closing=True, reason=type(problem).__name__)
            raise
        yield self.writer.tail(self._about(), "")

    def _read(self, after: tuple[str, UUID] | None) -> list[Officer]:
        with speaking(self.identity):
            rows = Officer.objects.filter(organisation_id__in=self.places).order_by("name", "id")
            if after is not None:
                name, key = after
                rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=key))
            return list(rows[:CHUNK])

    def _chunk(self, posts: list[Officer]) -> bytes:
        self.chunks += 1
        self.posts += len(posts)
        ids = [post.pk for post in posts]
        # The line of the chunk names all of them, so what is read here needs none of its own.
        with speaking(self.identity), looks.looking(looks.Look()):
            uses = _uses(ids)
            clearances = dict(Appointment.objects.filter(pk__in=ids).values_list("pk", "clearance"))
            people = User.objects.using("default").filter(pk__in=[post.user_id for post in posts])
            active = dict(people.values_list("pk", "is_active"))
            wanted = {key for use in uses.values() for key in use.seen}
            kinds = kinds_to_view(self.identity)
            records = Record.objects.visible_to(self.identity).filter(pk__in=wanted, kind__in=kinds)
            references = dict(records.values_list("pk", "reference"))
        piece = self.writer.rows(
            self._row(post, uses.get(post.pk, Use()), clearances[post.pk], references,
                      active=active.get(post.user_id, False))
            for post in posts
        )  # fmt: skip
        users = dict.fromkeys(post.user_id for post in posts)
        self._account([*users, *references])
        return piece

    def _row(
        self,
        post: Officer,
        use: Use,
        clearance: int,
        references: dict[UUID, str],
        *,
        active: bool,
    ) -> list[Any]:
        now = clock.now()
        ended = post.ends is not None and post.ends <= now
        state = "Ended" if ended else "To come" if post.starts > now else "Held now"
        seen = [references[key] for key in use.seen if key in references]
        return [
            post.name, post.collar_number, "Yes" if active else "No", post.organisation_name,
            post.unit_name, post.role, getattr(post, "acting_for", ""), post.rank,
            str(Marking(clearance).label), post.starts, post.ends, state, use.last_seen,
            self.allows.get(post.role, ""), use.lists, ", ".join(seen),
        ]  # fmt: skip

    def _about(self) -> list[tuple[str, str]]:
        return [
            ("Access review", f"{self.posts:,} posts"),
            ("Made by", f"{self.identity.name}, {self.identity.caption}"),
            ("Made at", f"{exact(self.began)}; times are those of London"),
            ("Whole", "Yes. Without this line the file was cut off."),
        ]

    def _account(
        self, named: list[UUID], outcome: ledger.Outcome = ledger.Outcome.DONE, **more: Any
    ) -> None:
        ledger.write_apart(
            act=ledger.Act.DISCLOSURE,
            name=rules.REVIEW,
            outcome=outcome,
            subjects=named,
            detail={"chunk": self.chunks, "posts": self.posts, **more},
            token=self.identity.token,
        )


def _uses(appointments: list[UUID]) -> dict[UUID, Use]:
    with connection.cursor() as cursor:
        cursor.execute("select * from staff.review(%s)", [appointments])
        return {key: Use(*rest) for key, *rest in cursor.fetchall()}
