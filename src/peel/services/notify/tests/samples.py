"""Answers to the commands that every record has from here."""

from peel.kernel.access.identity import Identity
from peel.kernel.records.models import Record
from peel.machine.tests.samples import Answers


def on_any(who: Identity, record: Record) -> Answers:
    """To watch and to stop watching ask nothing."""
    return {"watch": {}, "unwatch": {}}
