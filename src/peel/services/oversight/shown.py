"""Lines of the ledger as rows of a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from peel.kernel.audit.reading import Line
from peel.machine.ui import parts
from peel.services.oversight import people, subjects, words

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

COLUMNS = (
    parts.Column("When", nowrap=True),
    parts.Column("Who"),
    parts.Column("What"),
    parts.Column("Records"),
    parts.Column("Purpose"),
    parts.Column("Outcome"),
)
LONGEST_PURPOSE = 60


def table(lines: Sequence[Line], identity: "Identity", empty: str) -> parts.Table:
    """The lines, newest first. Call within `speaking`."""
    actors = people.actors(lines)
    first = [subject for line in lines for subject in line.subjects[:1]]
    known = subjects.named(first, identity)
    rows = [row(line, actors[line.id], known) for line in lines]
    return parts.Table("Lines of the ledger", COLUMNS, rows, empty, caption_hidden=True)


def row(line: Line, actor: people.Actor, known: dict[UUID, subjects.Subject]) -> parts.Row:
    """One line: its first cell leads to its own page."""
    return parts.Row(
        cells=[
            words.short_moment(line.at),
            parts.Cell(actor.caption, href=officer_url(actor.user_id), hint=actor.unit),
            parts.Cell(words.operation(line.name), hint=words.act(line.act).partition(":")[0]),
            _records(line, known),
            parts.Cell(words.purpose(line.purpose_kind), hint=_cut(line.purpose or "")),
            parts.Cell(words.outcome(line.outcome), tag=words.colour(line.outcome)),
        ],
        href=reverse("oversight-line", args=[line.id]),
    )


def officer_url(user_id: UUID | None) -> str:
    """Where it is told what a person looked at."""
    return reverse("oversight-officer", args=[user_id]) if user_id else ""


def record_url(subject: UUID) -> str:
    """Where it is told who looked at a record."""
    return reverse("oversight-record", args=[subject])


def _records(line: Line, known: dict[UUID, subjects.Subject]) -> Any:
    if not line.subjects:
        return ""
    first = known[line.subjects[0]]
    more = len(line.subjects) - 1
    hint = f"and {more:,} more" if more else ""
    return parts.Cell(first.caption, href=record_url(first.id), hint=hint)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_PURPOSE else f"{text[:LONGEST_PURPOSE]}…"
