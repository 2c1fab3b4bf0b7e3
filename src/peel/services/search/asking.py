"""What an officer asked lately and what he keeps: noted as he asks. Call within `speaking`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from peel.kernel.base import clock
from peel.services.search import planner, tokens
from peel.services.search.hits import Hit
from peel.services.search.models import Question

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_LATELY, MOST_KEPT, MOST_SEEN = 10, 20, 300
A_LOOK = timedelta(minutes=30)


@dataclass(frozen=True)
class Kept:
    """A question that is kept, with how many of its hits are new since it was last looked at."""

    question: Question
    new: int


def note(identity: "Identity", text: str, hits: Sequence[Hit]) -> Question:
    """Remember that this was asked, and what it showed; the oldest that is not kept goes."""
    now, seen = clock.now(), [hit.record_id for hit in hits[:MOST_SEEN]]
    question, made = Question.objects.get_or_create(
        user_id=identity.user_id, text=text,
        defaults={"asked_at": now, "seen": seen, "before": seen},
    )  # fmt: skip
    if not made:
        # Pages that follow one another are one look: what was new in it stays new until the next.
        if now - question.asked_at > A_LOOK:
            question.before = question.seen
        question.asked_at, question.seen = now, seen
        question.save(update_fields=["asked_at", "seen", "before"])
    lately = Question.objects.filter(user_id=identity.user_id, kept=False).order_by("-asked_at")
    old = list(lately.values_list("pk", flat=True)[MOST_LATELY:])
    if old:
        Question.objects.filter(pk__in=old).delete()
    return question


def new_of(question: Question | None, hits: Sequence[Hit]) -> frozenset[UUID]:
    """Which hits of a kept question its owner had not seen before this look."""
    if question is None or not question.kept:
        return frozenset()
    return frozenset(hit.record_id for hit in hits[:MOST_SEEN]) - set(question.before)


def lately(identity: "Identity") -> list[Question]:
    """What was asked lately, the latest first."""
    own = Question.objects.filter(user_id=identity.user_id, kept=False)
    return list(own.order_by("-asked_at")[:MOST_LATELY])


def kept(identity: "Identity", kinds: Collection[str]) -> list[Kept]:
    """What is kept, by name; each is asked again, as the officer may see it now."""
    own = Question.objects.filter(user_id=identity.user_id, kept=True).order_by("text")
    return [Kept(question, _new(question, kinds)) for question in own[:MOST_KEPT]]


def _new(question: Question, kinds: Collection[str]) -> int:
    asked, seen = tokens.read(question.text), set(question.seen)
    hits = planner.search(asked, kinds).hits[:MOST_SEEN] if asked else []
    return sum(hit.record_id not in seen for hit in hits)
