"""Finding records by reference, name, number or postcode, through the search documents."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection

from peel.kernel.base import references
from peel.kernel.records.kinds import kind_of
from peel.kernel.records.models import Record
from peel.machine.documents import normal
from peel.machine.forms.lookups import Found, LookUp
from peel.machine.show import of_record

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


# The least score of a hit by number or by all words; below it stand hits by likeness.
WHOLE_WORDS = 2


@dataclass(frozen=True)
class Hit:
    """A record that fits, best first."""

    record_id: UUID
    score: float


def find_ids(text: str, *, kinds: list[str] | None = None, limit: int = 50) -> list[Hit]:
    """The records that fit `text` and that the speaking identity may see.

    Visibility is applied in the database before the limit. Call within `speaking`.
    """
    text = text.replace("\x00", "").strip()[:200]
    words = re.findall(r"\w+", text, re.UNICODE)[:12]
    if not words:
        return []
    numbers = sorted({normal(text), *(normal(word) for word in words)} - {""})
    query = " & ".join(f"{word}:*" for word in words)
    with connection.cursor() as cursor:
        cursor.execute(
            "select record_id, score from records.find(%s, %s, %s, %s, %s)",
            [numbers, query, " ".join(words).lower(), kinds, limit],
        )
        return [Hit(*row) for row in cursor.fetchall()]


def find(
    identity: "Identity", text: str, *, kinds: list[str] | None = None, limit: int = 50
) -> list[Record]:
    """The records themselves, best first."""
    return _rows(identity, find_ids(text, kinds=kinds, limit=limit))


def _rows(identity: "Identity", hits: list[Hit]) -> list[Record]:
    ids = [hit.record_id for hit in hits]
    rows = {row.pk: row for row in Record.objects.visible_to(identity).filter(pk__in=ids)}
    return [rows[pk] for pk in ids if pk in rows]


def find_best(identity: "Identity", text: str, kinds: list[str], limit: int) -> list[Record]:
    """What fits by number or by every word; only where nothing does, what is spelt alike."""
    hits = find_ids(text, kinds=kinds, limit=limit)
    best = [hit for hit in hits if hit.score >= WHOLE_WORDS] or hits
    return _rows(identity, best)


def kinds_to_view(identity: "Identity") -> list[str]:
    """The kinds that the identity's role may look at."""
    from peel.machine import registry

    return [sheet.kind for sheet in registry.sheets() if identity.may(sheet.may.view)]


def record_look_up(model: type[Record]) -> LookUp:
    """The look-up of a kind of record (or of any record) for forms."""
    kinds = None if model is Record else [kind_of(model)]

    def by_key(text: str, identity: "Identity | None") -> Any:
        if identity is None:
            return None
        try:
            reference = references.normalise(text)
        except ValidationError:
            return None
        fits = model.objects.visible_to(identity).filter(reference=reference)
        return fits.filter(kind__in=allowed(identity)).first()

    def by_text(text: str, identity: "Identity | None", limit: int) -> list[Found]:
        if identity is None:
            return []
        return described(identity, find_best(identity, text, allowed(identity), limit))

    def allowed(identity: "Identity") -> list[str]:
        return [kind for kind in kinds_to_view(identity) if kinds is None or kind in kinds]

    def found(record: Any) -> Found:
        return Found(record.reference, f"{record.reference} {record.title}")

    return LookUp(by_key, by_text, found)


def described(identity: "Identity", records: list[Record]) -> list[Found]:
    """Records with what tells each from others of its name, and what must be known of it."""
    from peel.machine import registry

    hints = hints_of(identity, records)
    flags = registry.flags_of([record.pk for record in records], identity)
    for key, found in flags.items():
        hints[key] = ", ".join([*(f.word.upper() for f in found), *filter(None, [hints.get(key)])])
    return [Found(r.reference, f"{r.reference} {r.title}", hints.get(r.pk, "")) for r in records]


def hints_of(identity: "Identity", records: list[Record]) -> dict[UUID, str]:
    """The columns of each record's list that its title does not say already. One query a kind."""
    from peel.machine import registry

    hints: dict[UUID, str] = {}
    for sheet in {record.kind: registry.sheet_of(record.kind) for record in records}.values():
        keys = [record.pk for record in records if record.kind == sheet.kind]
        names = [c.field for c in sheet.columns if c.value is None and c.field != "title"]
        for row in sheet.model.objects.visible_to(identity).filter(pk__in=keys):
            said = [of_record(sheet, row, name) for name in names]
            new = [text for text in said if text and text.lower() not in row.title.lower()]
            hints[row.pk] = ", ".join(new)
    return hints
