"""`python -m peel story`: build the demo's records and note who its people are."""

import json

from ... import site
from .. import runtime
from ..server import keeping

PEOPLE = runtime.VAR / "keys" / "demo-people.json"


def run(arguments: list[str]) -> int:
    """Build the demo in the database that the environment names."""
    import django

    django.setup()
    import importlib

    demo = importlib.import_module(f"{site.__name__}.demo")
    made = demo.build()
    people = demo.people() if hasattr(demo, "people") else made
    keeping.write_private(PEOPLE, json.dumps({"people": lines_of(people)}))
    return 0


def lines_of(people: object) -> list[str]:
    """What to print about the demo's people, whatever form it comes in."""
    if isinstance(people, str):
        return people.splitlines()
    if isinstance(people, dict):
        return [f"{name}  {word}" for name, word in people.items()]
    return [str(each) for each in people] if isinstance(people, (list, tuple)) else []
