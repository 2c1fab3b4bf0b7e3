"""What an officer asked lately and what he keeps: noted as he asks. Call within `speaking`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from peel.kernel.base import clock
from peel.services.search import planner, tokens
from peel.services.search.models import Question

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_LATELY, MOST_KEPT, MOST_SEEN = 10, 20, 300


@dataclass(frozen=True)
class Kept:
    """A question that is kept, with how many of its hits are new since it was last looked at."""

    question: Question
    new: int


def note(identity: "Identity", text: str, hits: Sequence[planner.Hit]) -> Question:
    """Remember that this was asked, and what it showed; the oldest that is not kept goes."""
    seen = [hit.record_id for hit in hits[:MOST_SEEN]]
    question, _ = Question.objects.update_or_create(
        user_id=identity.user_id, text=text, defaults={"asked_at": clock.now(), "seen": seen}
    )
    lately = Question.objects.filter(user_id=identity.user_id, kept=False).order_by("-asked_at")
    old = list(lately.values_list("pk", flat=True)[MOST_LATELY:])
    if old:
        Question.objects.filter(pk__in=old).delete()
    return question


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


def kept_as(identity: "Identity", text: str) -> UUID | None:
    """The kept question of this text, if any."""
    own = Question.objects.filter(user_id=identity.user_id, kept=True, text=text)
    return own.values_list("pk", flat=True).first()
