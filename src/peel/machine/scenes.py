"""Scenes of the demo story: what a module's `demo.py` plays, through the real commands."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.access.models import Officer
from peel.machine.commands import run
from peel.machine.commands.registry import commands


@dataclass
class Cast:
    """Who plays, what chance decides, and the detective who is allocated crimes."""

    chance: random.Random
    officer: Identity
    detective: Identity
    sergeant: Identity
    allocated: Officer

    def do(self, who: Identity, command: str, record: Any = None, **values: Any) -> Any:
        """Run a command as one of the cast, on a record as it stands now. Raises a Problem."""
        if record is not None:
            with speaking(who):
                version = type(record).objects.get(pk=record.pk).version
            values |= {"record_id": record.pk, "version": version}
        return run(commands[command], who, values)


def scenes() -> list[Callable[[Cast], None]]:
    """The function `scene(cast)` of each app that has a `demo.py`, in the order of the apps."""
    modules = [
        f"{config.name}.demo" for config in apps.get_app_configs() if config.name != "peel.site"
    ]
    named = [name for name in modules if name.startswith("peel.") and find_spec(name)]
    return [import_module(name).scene for name in named]
