"""The life of a record: its states, the moves between them, their questions and refusals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peel.machine.forms.base import CommandForm

Guard = Callable[[Any, dict[str, Any]], str | None]
Effect = Callable[[Any, Any, dict[str, Any]], None]


@dataclass(frozen=True)
class State:
    """A state by name and as people read it; `ends` marks one that closes the record."""

    name: str
    title: str
    ends: bool = False
    colour: str = "blue"


@dataclass(frozen=True)
class Move:
    """A step from some states to another.

    `form` holds its questions. `guard(record, answers)` gives the reason for a refusal in plain
    English, or None. `effect(work, record, answers)` makes the change that goes with the step.
    `permission` is the last part of the permission's name: "<kind>.move.<name>" by default.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    target: str
    form: type[CommandForm] | None = None
    guard: Guard | None = None
    effect: Effect | None = None
    permission: str = ""


@dataclass(frozen=True)
class Flow:
    """The states of a kind of record, the first of them its beginning, and its moves."""

    states: tuple[State, ...]
    moves: tuple[Move, ...]

    @property
    def start(self) -> State:
        """The state in which a record begins."""
        return self.states[0]

    def state(self, name: str) -> State:
        """The state of that name; one that is no longer declared is shown by its name."""
        for state in self.states:
            if state.name == name:
                return state
        return State(name, name.replace("_", " ").capitalize(), colour="grey")

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """The moves that leave a state."""
        return tuple(move for move in self.moves if state in move.sources)

    def faults(self) -> list[str]:
        """What is wrong with the declaration: unknown, unreachable and repeated states."""
        names = [state.name for state in self.states]
        faults = [f"state {name!r} is declared twice" for name in names if names.count(name) > 1]
        for move in self.moves:
            for name in (*move.sources, move.target):
                if name not in names:
                    faults.append(f"move {move.name!r} names the unknown state {name!r}")
        reached = {self.start.name}
        for _ in names:
            reached |= {m.target for m in self.moves if reached & set(m.sources)}
        faults += [f"state {name!r} cannot be reached" for name in names if name not in reached]
        return faults
