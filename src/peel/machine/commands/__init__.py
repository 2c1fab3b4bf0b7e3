"""Commands: the only way in which a record is written.

A command runs as: permission, lock, rule, change, document, event, ledger line, in one
transaction that it opens itself. Page, API, import and demo call the same function.
"""

from peel.machine.commands.problems import (
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    Problem,
    Refused,
)
from peel.machine.commands.registry import Command, command
from peel.machine.commands.runner import run
from peel.machine.commands.work import Work

__all__ = [
    "Command",
    "Conflict",
    "Invalid",
    "NotFound",
    "NotPermitted",
    "Problem",
    "Refused",
    "Work",
    "command",
    "run",
]
