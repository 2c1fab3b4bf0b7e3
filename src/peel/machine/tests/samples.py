"""Sample values of each kind, for the tests that every sheet gets for free.

An app with sheets has `tests/samples.py` with one function a kind, named as its model in lower
case ("crime"), that gives a Sample; and `on_any`, if it has commands on every kind of record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from peel.kernel.access.identity import Identity
from peel.kernel.records.models import Record
from peel.machine.sheets import Sheet

Answers = Mapping[str, Mapping[str, str]]


def _none(who: Identity, record: Record) -> Answers:
    return {}


@dataclass(frozen=True)
class Sample:
    """What a person would type for one record of a kind.

    `create` and `edit` are the values of the two forms; `word` finds the record by search and
    stands on its page; `changed` stands on the page after the edit and not before. `answers`
    gives the values of the other commands' forms by slug, as `who` would answer them.
    """

    create: Mapping[str, str]
    edit: Mapping[str, str]
    word: str
    changed: str
    answers: Callable[[Identity, Record], Answers] = field(default=_none)


def sample_of(sheet: Sheet) -> Sample:
    """The sample of a sheet's kind. Raises LookupError when its app gives none."""
    app, name = sheet.kind.split(".")
    module = f"{apps.get_app_config(app).name}.tests.samples"
    if find_spec(module) is None or not hasattr(import_module(module), name):
        raise LookupError(f"give a sample: {module}.{name}")
    made: Sample = getattr(import_module(module), name)()
    return made


def answers(sheet: Sheet, who: Identity, record: Record) -> dict[str, Mapping[str, str]]:
    """The answers to every command on a record: its kind's own and those of other apps on any."""
    found: dict[str, Mapping[str, str]] = {"restrict": {"reason": "A test", "keep_me": "on"}}
    found["lift-restriction"] = {"reason": "The test is over"}
    for config in apps.get_app_configs():
        module = f"{config.name}.tests.samples"
        if not config.name.startswith("peel.") or not find_spec(f"{config.name}.tests"):
            continue
        if find_spec(module) and hasattr(import_module(module), "on_any"):
            found |= import_module(module).on_any(who, record)
    return found | dict(sample_of(sheet).answers(who, record))
