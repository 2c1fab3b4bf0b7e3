"""Commands on questions: an officer keeps his own, and lets them go."""

from typing import TYPE_CHECKING
from uuid import UUID

from peel.machine.commands.problems import Invalid, NotFound
from peel.machine.commands.registry import command
from peel.services.search.asking import MOST_KEPT
from peel.services.search.models import Question

if TYPE_CHECKING:
    from peel.machine.commands.work import Work

# Whoever may keep views of lists may keep searches.
KEEP = "lists.view.keep"


@command("search.question.keep", title="Keep a search", permission=KEEP)
def keep_question(work: "Work", *, text: str) -> Question:
    """Keep what was asked. Raises Invalid for nothing, and for more than may be kept."""
    own = Question.objects.filter(user_id=work.identity.user_id)
    if not text.strip():
        raise Invalid({"text": ["Type what is to be searched for."]})
    if own.filter(kept=True).count() >= MOST_KEPT:
        raise Invalid({"text": [f"You keep {MOST_KEPT} searches. Let one go first."]})
    held = own.select_for_update().filter(text=text).first()
    if held is None:
        return work.add(Question(user_id=work.identity.user_id, text=text, kept=True))
    return work.amend(held, kept=True)


@command("search.question.forget", title="Let a kept search go", permission=KEEP)
def forget_question(work: "Work", *, question_id: UUID) -> None:
    """Keep it no longer. Raises NotFound for what is not one's own."""
    own = Question.objects.filter(user_id=work.identity.user_id, pk=question_id)
    held = own.select_for_update().first()
    if held is None:
        raise NotFound
    work.amend(held, kept=False)
