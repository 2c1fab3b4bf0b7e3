"""Search before create: who records a person says first of each likely one whether it is she.

The command that records a nominal is given a form that asks, and a function that keeps the answers
as judgements with their score and model. Programs are not asked: what they bring is left to a run.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django import forms
from django.forms.widgets import Script

from peel.kernel.records.models import Record
from peel.machine.commands import Work
from peel.machine.commands.registry import Command, commands
from peel.pole.facts.forms import NominalForm
from peel.pole.identity import commands as identity
from peel.pole.identity.models import Verdict
from peel.services.resolution import matching

CREATE = "pole.nominal.create"
ANYWAY = "anyway"
_CHOICES = [("same", "Yes, the same person"), ("different", "No, somebody else"),
            ("unsure", "I am not sure")]  # fmt: skip


class Decided(NamedTuple):
    """What the officer said of one likely record."""

    record: Record
    verdict: str
    reason: str
    score: float
    model: str


class CheckedNominalForm(NominalForm):
    """A nominal not known before, once each likely one has been looked at."""

    class Media:
        """What shows the likely ones while one types."""

        js = (Script("resolution/likely.js", type="module"),)
        css = {"all": ("resolution/resolution.css",)}

    def clean(self) -> dict[str, Any]:
        """Ask of each likely record; a new record beside a certain one asks for a reason."""
        cleaned: dict[str, Any] = super().clean()
        who = self.identity
        if who is None or who.api_token is not None or not who.may("pole.nominal.view"):
            return cleaned
        found = matching.likely(cleaned, who)
        if not found:
            return cleaned
        said = {each.record.pk: self._said(each) for each in found}
        why = self._why([each for each in found if said[each.record.pk] in ("different", "unsure")])
        cleaned["decided"] = [
            Decided(each.record, verdict, f"{each.words}. {why}"[:500].strip(),
                    each.weighed.weight, each.model)
            for each in found if (verdict := said[each.record.pk])
        ]  # fmt: skip
        return cleaned

    def _said(self, each: matching.Likely) -> str:
        """The answer about one record, asked for where there is none."""
        name = f"likely-{each.record.reference}"
        label = f"Is it {each.record.title} ({each.record.reference})?"
        self.fields[name] = forms.ChoiceField(
            label=label, choices=_CHOICES, widget=forms.RadioSelect, help_text=each.words
        )
        said = str(self.data.get(self.add_prefix(name), ""))
        if said in dict(_CHOICES):
            return said
        words = f"Say whether it is {each.record.title} ({each.record.reference})"
        self.add_error(name, f"{words}: this person may be on record already.")
        return ""

    def _why(self, others: Sequence[matching.Likely]) -> str:
        """Why a new record is made though a certain match is there."""
        if not any(each.certain for each in others):
            return ""
        self.fields[ANYWAY] = forms.CharField(
            label="Why is it somebody else?", max_length=300,
            help_text="The records agree in so much that a run would join them.",
        )  # fmt: skip
        why = str(self.data.get(self.add_prefix(ANYWAY), "")).strip()[:300]
        if not why:
            self.add_error(ANYWAY, "Say why this is not the person who is on record.")
        return why


def install() -> None:
    """Put the form and the function into the command that records a nominal."""
    plain = commands[CREATE]
    commands[CREATE] = replace(plain, form=CheckedNominalForm, function=_recording(plain))


def _recording(plain: Command) -> Any:
    def record(work: Work, *, decided: Sequence[Decided] = (), **values: Any) -> Any:
        """Make the nominal, and keep what was said of each likely one."""
        made = plain.function(work, **values)
        for each in sorted(decided, key=lambda one: one.verdict != Verdict.SAME):
            identity.judge(
                work, record_id=made.pk, other=each.record, verdict=each.verdict,
                reason=f"Decided when recorded. {each.reason}"[:500],
                score=each.score, model=each.model,
            )  # fmt: skip
        return made

    return record
