"""Answers to identity's commands, on records of every kind that takes part."""

from collections.abc import Callable, Iterator, Mapping

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands import run
from peel.machine.commands.registry import command_creating, commands
from peel.machine.tests.samples import Answers, sample_of
from peel.pole.identity import kinds
from peel.pole.identity.models import Judgement


class Later(Mapping[str, str]):
    """Answers that are made up when they are asked for: what they need is made only then."""

    def __init__(self, make: Callable[[], Mapping[str, str]]) -> None:
        self.make = make

    @property
    def made(self) -> Mapping[str, str]:
        """The answers."""
        if not hasattr(self, "_made"):
            self._made = self.make()
        return self._made

    def __getitem__(self, key: str) -> str:
        return self.made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)


def on_any(who: Identity, record: Record) -> Answers:
    """Judging a record against another of its kind, splitting it off, ending a judgement."""
    if not kinds.takes_part(record.kind):
        return {}
    return {
        "judge": Later(
            lambda: {
                "other": another(who, record).reference,
                "verdict": "same",
                "reason": "The same scar",
            }
        ),
        "split": Later(lambda: {"reason": str(judged(who, record) and "Another scar")}),
        "end-judgement": Later(
            lambda: {"which": str(judged(who, record).pk), "reason": "A slip", "whole": "on"}
        ),
    }


def another(who: Identity, record: Record) -> Record:
    """A further record of the same kind, of which nothing is said yet that would be in the way."""
    sheet = registry.sheet_of(record.kind)
    command = command_creating(sheet.model)
    assert command is not None
    assert command.form is not None
    with speaking(who):
        form = command.form(dict(sample_of(sheet).create), identity=who)
        assert form.is_valid(), form.errors
        values = dict(form.cleaned_data)
        if "judgements" in form.fields:
            there = sheet.model.objects.values_list("reference", flat=True)
            unsure = {"verdict": "unsure", "reason": "Not looked at yet"}
            values["judgements"] = [{"record": one, **unsure} for one in there]
    made: Record = run(command, who, values)
    return made


def judged(who: Identity, record: Record) -> Judgement:
    """That the record is the same as a further one."""
    asked = {"record_id": record.pk, "other": another(who, record)}
    run(commands[f"{record.kind}.judge"], who, asked | {"verdict": "same", "reason": "A scar"})
    with speaking(who):
        return Judgement.objects.latest("pk")
