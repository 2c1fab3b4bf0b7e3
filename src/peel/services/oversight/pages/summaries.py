"""Who looked at a record, person by person; and what a person looked at, record by record."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.audit import reading as ledger_reading
from peel.kernel.audit.reading import Line
from peel.machine.commands.problems import NotFound
from peel.machine.pages.reading import reading
from peel.machine.ui import parts
from peel.services.oversight import people, queries, shown, subjects, words
from peel.services.oversight.pages import asking

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_LINES = ledger_reading.MOST
MOST_ROWS = 200
MOST_WORDS = 3


@dataclass
class Group:
    """Lines that belong together: how many, the first and last, and what was done."""

    latest: Line
    earliest: Line
    lines: int = 0
    refused: int = 0
    done: Counter[str] = field(default_factory=Counter)
    purposes: dict[str, None] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        """Count one more, older than those before."""
        self.lines += 1
        self.refused += line.outcome != "done"
        self.earliest = line
        self.done[words.operation(line.name)] += 1
        self.purposes[line.purpose or words.purpose(line.purpose_kind)] = None

    @property
    def what(self) -> str:
        """The operations, the most frequent first."""
        most = self.done.most_common()
        said = [f"{name} ×{count}" if count > 1 else name for name, count in most[:MOST_WORDS]]
        more = len(most) - MOST_WORDS
        return "; ".join([*said, f"and {more} more kinds"] if more > 0 else said)

    @property
    def why(self) -> str:
        """The purposes, the latest first."""
        said = list(self.purposes)
        more = [f"and {len(said) - MOST_WORDS} more"] if len(said) > MOST_WORDS else []
        return "; ".join([*said[:MOST_WORDS], *more])


def grouped(lines: Iterable[Line], keys: Callable[[Line], Iterable[Hashable]]) -> dict[Any, Group]:
    """The lines by key, those with the latest line first; a line may belong to several."""
    groups: dict[Any, Group] = {}
    for line in lines:
        for key in keys(line):
            groups.setdefault(key, Group(line, line)).add(line)
    return groups


@require_safe
@reading
def show_record(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """Who looked at this record."""
    identity = asking.auditor(request, "oversight.record")
    known = subjects.one(subject, identity)
    lines = ledger_reading.read(subject=subject, limit=MOST_LINES)
    count, persons = queries.looks_at(subject)
    actors = people.actors(lines)
    groups = grouped(lines, lambda line: [actors[line.id]])
    rows = [_row(actor.caption, actor.post, shown.officer_url(actor.user_id), group)
            for actor, group in groups.items()]  # fmt: skip
    context = {
        **asking.surroundings(identity, ""),
        "title": "Who looked at this record",
        "caption": known.caption,
        "seen": bool(known.title),
        "page": known.page,
        "sentence": _counted(count, persons),
        "table": _table("People who looked", "Who", rows[:MOST_ROWS],
                        "No line of the ledger names this record."),
        "note": _note(count, len(lines), len(rows)),
        "lines_url": asking.address("oversight-lines", {"record": known.key}),
        "lines_words": "All lines that name this record",
        "list_url": reverse("oversight-lines"),
    }  # fmt: skip
    return TemplateResponse(request, "oversight/summary.html", context)


@require_safe
@reading
def show_officer(request: HttpRequest, user_id: UUID) -> HttpResponseBase:
    """What this person looked at. Raises NotFound for somebody who is not on the staff list."""
    identity = asking.auditor(request, "oversight.officer")
    posts = people.posts_of(user_id)
    name = people.names([user_id]).get(user_id)
    if name is None:
        raise NotFound("Nobody on the staff list has this number")
    lines = ledger_reading.read(user=user_id, limit=MOST_LINES)
    rows = list(_records(lines, identity))
    context = {
        **asking.surroundings(identity, ""),
        "title": "What this officer looked at",
        "caption": posts[0].caption if posts else name,
        "seen": True,
        "facts": [_post(post) for post in posts],
        "table": _table("Records looked at", "Record", rows[:MOST_ROWS],
                        "No line of this officer names a record."),
        "note": _note(None, len(lines), len(rows)),
        "lines_url": asking.address("oversight-lines", {"officer": str(user_id)}),
        "lines_words": "All lines of this officer, searches and sign-ins included",
        "list_url": reverse("oversight-lines"),
    }  # fmt: skip
    return TemplateResponse(request, "oversight/summary.html", context)


def _records(lines: list[Line], identity: "Identity") -> Iterator[parts.Row]:
    groups = grouped(lines, lambda line: dict.fromkeys(line.subjects))
    known = subjects.named(list(groups)[:MOST_ROWS], identity)
    for subject, group in groups.items():
        named = known.get(subject) or subjects.Subject(subject)
        yield _row(named.caption, named.kind, shown.record_url(subject), group)


def _row(caption: str, hint: str, href: str, group: Group) -> parts.Row:
    refused = f"{group.refused} refused or failed" if group.refused else ""
    return parts.Row(
        [
            parts.Cell(caption, hint=hint),
            parts.Cell(f"{group.lines:,}", hint=refused),
            parts.Cell(
                words.short_moment(group.latest.at),
                href=reverse("oversight-line", args=[group.latest.id]),
            ),
            words.short_moment(group.earliest.at),
            group.what,
            group.why,
        ],
        href=href,
    )


def _table(caption: str, first: str, rows: list[parts.Row], empty: str) -> parts.Table:
    headings = (first, "Lines", "Latest", "Earliest", "What", "Purpose")
    columns = [parts.Column(word, nowrap=word in ("Latest", "Earliest")) for word in headings]
    return parts.Table(caption, columns, rows, empty)


def _counted(count: int, persons: int) -> str:
    """How many lines by how many people, in words."""
    if count >= queries.MOST_COUNTED:
        return f"More than {count:,} lines, by at least {persons:,} people."
    lines = f"{count:,} line{'' if count == 1 else 's'}"
    return f"{lines}, by {persons:,} {'person' if persons == 1 else 'people'}."


def _post(post: Any) -> tuple[str, str]:
    until: datetime | None = post.ends
    span = f"from {words.moment(post.starts)}" + (f" to {words.moment(until)}" if until else "")
    return (f"{post.role[:1].upper()}{post.role[1:]}", f"{post.unit_name}, {span}".strip(", "))


def _note(count: int | None, read: int, rows: int) -> str:
    """What the table leaves out, in words; nothing when it is whole."""
    said = []
    if read >= MOST_LINES and (count is None or count > read):
        said.append(f"The table is made from the newest {read} lines.")
    if rows > MOST_ROWS:
        said.append(f"It shows {MOST_ROWS} of {rows:,} rows.")
    return " ".join(said)
