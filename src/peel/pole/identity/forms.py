"""The questions of identity's commands."""

from typing import Any

from django import forms
from django.utils.text import get_text_list

from peel.kernel.records.models import Record
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField, look_up_of
from peel.pole.identity import kinds, queries
from peel.pole.identity.models import Verdict

REASON = "What do they have in common, or what tells them apart? Others will rely on it."


class JudgeForm(CommandForm):
    """What is judged of this record and another. One class a kind: see `judge_form`.

    `seen` says whom the page showed that would stand together: who has not seen it, or has seen
    something else, is shown it before anything is done. A program sends none.
    """

    other = LookUpField(Record, label="The other record")
    verdict = forms.ChoiceField(label="", choices=Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Why?", max_length=500, help_text=REASON)
    asserted_in = LookUpField(
        Record, label="Said in", required=False,
        help_text="The record that says so, if one does: a crime, a report",
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noun = kinds.noun(self.record.kind) if self.record is not None else "thing"
        self.fields["verdict"].label = f"Are these two records of the same {noun}?"
        if not self.is_bound and (other := self._named(self.initial.get("other"))) is not None:
            words, seen = self._together(other)
            self.fields["verdict"].help_text = words
            self.initial["seen"] = seen

    def _named(self, reference: Any) -> Any:
        if not isinstance(reference, str) or self.record is None:
            return None
        look_up = look_up_of(type(self.record))
        return look_up.by_key(reference, self.identity) if look_up else None

    def _together(self, other: Record) -> tuple[str, str]:
        """Who would be shown as one, in words, and the same as the page sends it back."""
        if self.record is None or self.identity is None:
            return "", ""
        found = queries.shown_together(self.record, other, self.identity)
        words = get_text_list([f"{each.reference} {each.title}" for each in found], "and")
        noun = kinds.noun(self.record.kind)
        return (
            f"If they are, these {len(found)} records are shown as one {noun}: {words}.",
            " ".join(each.reference for each in found),
        )

    def clean(self) -> dict[str, Any]:
        """Whoever joins two sees first what will stand together."""
        cleaned: dict[str, Any] = super().clean() or {}
        other = cleaned.get("other")
        if other is not None and self.record is not None:
            if other.pk == self.record.pk:
                self.add_error("other", "This is the same record. Choose another one.")
            elif cleaned.get("verdict") == Verdict.SAME and "seen" in self.data:
                words, seen = self._together(other)
                if cleaned.get("seen") != seen:
                    self.settled["seen"] = seen
                    self.add_error("verdict", f"{words} Check this, then save again.")
        cleaned.pop("seen", None)
        return cleaned


def judge_form(model: type[Record]) -> type[JudgeForm]:
    """The form of a kind: the other record is one of the same kind."""
    other = LookUpField(
        model, label="The other record", help_text="A reference, a name or a number"
    )
    return type(f"{model.__name__}JudgeForm", (JudgeForm,), {"other": other})


class SplitForm(CommandForm):
    """Why a record is not of the same person as the others."""

    reason = forms.CharField(label="Why is it not the same?", max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record is not None and self.identity is not None:
            found = queries.sources(self.record, self.identity)
            others = [f"{r.reference} {r.title}" for r in found if r.pk != self.record.pk]
            if others:
                self.fields["reason"].help_text = (
                    f"{self.record.reference} will be shown apart from"
                    f" {get_text_list(others, 'and')},"
                    " and cannot be joined with them again until this is undone."
                )


class EndJudgementForm(CommandForm):
    """Why a judgement no longer holds."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why does it no longer hold?", max_length=500)
    whole = forms.BooleanField(
        label="Undo all that was done with it", required=False,
        help_text="What was judged in the same step ends too, and what that step ended holds again",
    )  # fmt: skip
