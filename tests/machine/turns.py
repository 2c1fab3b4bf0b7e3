"""Commands that every kind of record has are tried in turn: half in each run of the suite.

The machine makes them alike for each kind. The first two kinds of an app are tried with all, a
further kind with its own commands and every other of the common ones; the run on Debian's server
takes the others. What is one piece of code for all kinds, such as files and further pages, is
tried on every other of the kinds that are like another of their app. So the two runs together try
everything on every kind, and PEEL_TURNS=all lets one run do so.

What asks the same of every page and operation, with statements that other tests send as well, is
`left`: the run on Debian's server takes of it what the other run has not tried, and no more.
"""

import os
from collections import Counter
from functools import cache

from peel.machine import registry
from peel.machine.commands.registry import commands_on
from peel.machine.sheets import Sheet
from tests.machine.families import like_another

WHOLE = 2
ALL = os.environ.get("PEEL_TURNS") == "all"


def debian():
    """Whether this is the run on Debian's server."""
    return "PEEL_TEST_POSTGRESQL" in os.environ


@cache
def common():
    """The slugs of the commands that every kind has, or nearly every."""
    kinds = registry.sheets()
    found = Counter(command.slug for sheet in kinds for command in commands_on(sheet.model))
    return sorted(slug for slug, number in found.items() if 2 * number > len(kinds))


@cache
def _number(kind):
    """Which kind of its app it is, in the order of the registry."""
    kinds = [sheet.kind for sheet in registry.sheets()]
    app = kind.split(".")[0]
    return [each for each in kinds if each.split(".")[0] == app].index(kind)


def has_turn(sheet: Sheet, slug: str) -> bool:
    """Whether a command of a kind is tried in this run."""
    if ALL or slug not in common() or _number(sheet.kind) < WHOLE:
        return True
    return (common().index(slug) + _number(sheet.kind) + debian()) % 2 == 0


def is_left(sheet: Sheet, slug: str) -> bool:
    """Whether a command has its turn in this run, and in no other."""
    if ALL or not debian():
        return has_turn(sheet, slug)
    return has_turn(sheet, slug) and slug in common() and _number(sheet.kind) >= WHOLE


def kinds_in_turn():
    """The kinds of this run: of those that are like another of their app, every other."""
    alike = {sheet.kind for sheet in like_another()}
    return [s for s in registry.sheets() if ALL or s.kind not in alike or _is_next(s)]


def kinds_left():
    """The kinds that have their turn in this run, and in no other."""
    alike = {sheet.kind for sheet in like_another()}
    return [s for s in kinds_in_turn() if ALL or not debian() or s.kind in alike]


def _is_next(sheet: Sheet) -> bool:
    return (_number(sheet.kind) + debian()) % 2 == 0


def tried_on(sheet: Sheet):
    """The commands on records of a kind that are tried in this run."""
    return [c for c in commands_on(sheet.model) if has_turn(sheet, c.slug)]


def left_on(sheet: Sheet):
    """Those that are tried in this run, and in no other."""
    return [c for c in commands_on(sheet.model) if is_left(sheet, c.slug)]
