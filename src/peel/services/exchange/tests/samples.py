"""Sample values: with them every test that a sheet gets for free runs on events from outside."""

from peel.machine.tests.samples import Sample


def outsideevent() -> Sample:
    """A telephone call."""
    typed = {"sort": "Telephone call", "happened_from": "3 March 2026"}
    return Sample(
        create=typed | {"summary": "Four minutes, by the switchboard"},
        edit=typed | {"summary": "Four minutes, by the exchange"},
        word="switchboard",
        changed="exchange",
    )
