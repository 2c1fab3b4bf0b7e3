"""Which kinds run every free test, and which are like another of their app in all that is code.

A kind that is a sheet and a model alone, with no flow, command, panel or view of its own, runs
through the same code as the next such kind of its app. One of them runs every test; the others
run `test_every_plain_sheet.py`, which does with each what an officer does in a day.
"""

from peel.machine import registry
from peel.machine.commands.registry import commands
from peel.machine.sheets import Sheet


def plain(sheet: Sheet) -> bool:
    """Whether nothing of a kind is written by hand but its model and its sheet."""
    # What another app gives to many kinds, such as judgements of identity, is one code for each.
    app = f"{sheet.model._meta.app_config.name}."
    commands_of = (c for c in commands.values() if sheet.model in (c.on, c.creates))
    derived = not any(c.function.__module__.startswith(app) for c in commands_of)
    return derived and not (sheet.flow or sheet.views or sheet.panels)


def like_another() -> list[Sheet]:
    """The plain kinds of an app but its first."""
    found: dict[str, list[Sheet]] = {}
    for sheet in registry.sheets():
        if plain(sheet):
            found.setdefault(sheet.kind.split(".")[0], []).append(sheet)
    return [sheet for family in found.values() for sheet in family[1:]]


def thorough() -> list[Sheet]:
    """Every other kind."""
    others = {sheet.kind for sheet in like_another()}
    return [sheet for sheet in registry.sheets() if sheet.kind not in others]
