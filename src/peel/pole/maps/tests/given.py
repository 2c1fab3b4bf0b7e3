"""Places and what happened there, made by commands, and what a map's address answers."""

from typing import Any

from django.test import Client

from peel.kernel.access.identity import Identity
from peel.machine.commands import run
from peel.machine.commands.registry import commands

HERE = (-0.1080, 51.5180)


def place(who: Identity, longitude: float = HERE[0], latitude: float = HERE[1], **more: Any) -> Any:
    """A location at a point."""
    values = {"longitude": longitude, "latitude": latitude, "precision": "exact"}
    values |= {"paon": "7", "street": "Greville Street", "town": "London"} | more
    return run(commands["pole.location.create"], who, values)


def crime(who: Identity, where: Any, category: str = "Burglary", **more: Any) -> Any:
    """A crime at a location."""
    values = {"category": category, "location": where, "summary": "A door was forced"} | more
    return run(commands["investigation.crime.create"], who, values)


def data(client: Client, box: str = "-0.2,51.4,0,51.6", kind: str = "investigation/crime",
         status: int = 200, **question: str) -> dict[str, Any]:  # fmt: skip
    """What the map of a list holds within a box."""
    answer = client.get(f"/{kind}/map/data/", {"box": box, "zoom": "12", **question})
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found
