"""Sample crimes and incidents, and answers to their moves."""

from peel.kernel.access.identity import Identity
from peel.kernel.records.models import Record
from peel.machine.tests.samples import Answers, Sample


def crime() -> Sample:
    """A burglary with a date and a summary."""
    return Sample(
        create={
            "category": "Burglary", "committed_from": "3 March 2026",
            "summary": "A skylight was forced",
        },
        edit={
            "category": "Burglary", "committed_from": "3 March 2026",
            "summary": "The scullery window was forced",
        },
        word="skylight",
        changed="scullery",
        answers=_of_crime,
    )  # fmt: skip


def _of_crime(who: Identity, record: Record) -> Answers:
    reason = {"reason": "As agreed with the sergeant"}
    return {
        "allocate": {"officer_in_case": who.collar_number},
        "suspend": reason,
        "propose-outcome": {"outcome": "18", "decided": "4 March 2026"},
        "return-outcome": reason,
        "reopen": reason,
        "cancel": {"reason": "C4", "explanation": "Recorded twice"},
    }


def incident() -> Sample:
    """Anti-social behaviour on one evening."""
    return Sample(
        create={
            "category": "Anti-social behaviour", "happened_from": "5 March 2026",
            "summary": "Fireworks by the towpath",
        },
        edit={
            "category": "Anti-social behaviour", "happened_from": "5 March 2026",
            "summary": "Fireworks by the boathouse",
        },
        word="towpath",
        changed="boathouse",
        answers=_of_incident,
    )  # fmt: skip


def _of_incident(who: Identity, record: Record) -> Answers:
    return {"close": {"reason": "All quiet"}, "reopen": {"reason": "They came back"}}
