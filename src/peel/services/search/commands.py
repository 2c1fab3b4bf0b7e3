"""Commands on questions: an officer keeps his own, and lets them go."""

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from peel.machine.commands.problems import Invalid, NotFound
from peel.machine.commands.registry import command
from peel.services.search import telling, tokens
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
    _listen(work, held, [])


@command("search.question.tell", title="Be told of new hits of a search", permission=KEEP)
def tell_of_question(work: "Work", *, question_id: UUID, on: bool) -> None:
    """Be told of what becomes a hit of a kept search from now on, or no longer.

    Raises NotFound for what is not kept by oneself, Invalid for what cannot be told of.
    """
    kept = Question.objects.filter(user_id=work.identity.user_id, pk=question_id, kept=True)
    held = kept.select_for_update().first()
    if held is None:
        raise NotFound
    parts = telling.parts_of(tokens.read(held.text)) if on else []
    if on and not parts:
        raise Invalid({"text": ["Peel tells of searches that name a word or a number, not of"
                                " those by distance or by date of birth alone."]})  # fmt: skip
    _listen(work, held, parts)


def _listen(work: "Work", question: Question, parts: list[list[str]]) -> None:
    values: list[Any] = [question.pk, json.dumps(parts), work.at]
    with connection.cursor() as cursor:
        cursor.execute("select search.listen(%s, %s::jsonb, %s)", values)
