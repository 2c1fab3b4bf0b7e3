"""Kinds told apart by what is declared of them: vehicles, phones, places, organisations, events.

What is one of these is mostly said by a number, so nothing has to be learnt: each kind says in one
short file what is compared and what it counts for, with the reason. From there on everything is
as with people: pairs, scores, guards, questions, runs.
"""

from peel.services.resolution.kinds.described import (
    Described,
    compare,
    described,
    level,
    register,
    registered,
)
from peel.services.resolution.kinds.weighing import Scored, scored

__all__ = [
    "Described", "Scored", "compare", "described", "level", "register", "registered", "scored",
]  # fmt: skip
