"""A sample chart, and answers to the commands on it."""

from peel.kernel.access.identity import Identity
from peel.kernel.records.models import Record
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.machine.tests.samples import Answers, Sample


def chart() -> Sample:
    """A chart with a title and a purpose."""
    return Sample(
        create={"name": "The Ropewalk burglaries", "purpose": "Who sold what to whom"},
        edit={"name": "The Ropewalk burglaries", "purpose": "Who handled the silver"},
        word="Ropewalk",
        changed="silver",
        answers=_answers,
    )


def _answers(who: Identity, record: Record) -> Answers:
    values = {"family_name": "Drawnupon", "given_names": "Kit"}
    other = run(commands["pole.nominal.create"], who, values)
    return {
        "add": {"other": other.reference},
        "annotate": {"text": "Ask the neighbours", "colour": "blue"},
    }
