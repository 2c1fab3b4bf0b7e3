"""The question of each likely record: the same, another one, or not sure; on pages and in the API.

One field, `judgements`, holds the answers: a row for each record, as any repeating group. A page
draws rows only for the records that the command has asked about.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.utils.datastructures import MultiValueDict

from peel.kernel.base import references
from peel.machine.commands import Refused
from peel.machine.forms.base import CommandForm
from peel.machine.ui.forms.groups import Group
from peel.pole.identity.kinds import noun
from peel.pole.identity.models import Verdict
from peel.services.resolution.matching import Likely

FIELD, ASKED, MOST = "judgements", "asked_first", 60
TITLE = "This may be on record already"
SAY = (
    "Say of each record whether it is the same; of one that agrees in so much that a run would join"
    " the two, say why it is not."
)
_CHOICES = [(Verdict.SAME.value, "Yes, the same"), (Verdict.DIFFERENT.value, "No, another one"),
            (Verdict.UNSURE.value, "I am not sure")]  # fmt: skip


class JudgementForm(CommandForm):
    """What is said of one record: whether it is what is being recorded, and why not.

    `likely` is what the command has found of it.
    """

    record = forms.CharField(  # type: ignore[assignment]  # a question here, of this very name
        label="On record", max_length=40, widget=forms.HiddenInput
    )
    verdict = forms.ChoiceField(
        label="Is it the same?", choices=_CHOICES, widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label="If it is another one, why?", max_length=300, required=False,
        help_text="The records agree in so much that a run would join them.",
    )  # fmt: skip

    def __init__(self, *args: Any, likely: Likely | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict, named = self.fields["verdict"], self.data.get(self.add_prefix("record"))
        verdict.label = f"Is it {likely.name if likely else named}?"
        if likely:
            verdict.help_text = likely.words
        if not likely or not likely.weight.certain:
            self.fields["reason"].widget = forms.HiddenInput()

    def clean_record(self) -> str:
        """The reference in its one form; what is none finds no record."""
        said = str(self.cleaned_data["record"])
        try:
            return references.normalise(said)
        except ValidationError:
            return said


@dataclass(frozen=True)
class Watch:
    """What the page's script reads while one types: for each kind the names of its questions.

    On the page they may bear a `prefix`; the question `chooser` tells which kind it is.
    """

    kinds: Mapping[str, Sequence[str]]
    prefix: str = ""
    chooser: str = ""


class Questions(Group):
    """The answers about records that may be the same."""

    template = "resolution/questions.html"

    def __init__(self, watch: Watch) -> None:
        super().__init__(
            JudgementForm, label="Perhaps on record already", row="On record", most=MOST,
            required=False,
        )  # fmt: skip
        # What the script reads, as the page carries it.
        self.watch = json.dumps({"kinds": watch.kinds, "prefix": watch.prefix,
                                 "chooser": watch.chooser})  # fmt: skip

    def ask(self, form: Any, rows: Sequence[tuple[Likely, Mapping[str, str]]]) -> list[Any]:
        """Draw a row for each likely record, with what was answered; gives the rows."""
        form[FIELD]  # binds the rows to who asks
        self.cleaned_rows = [
            self._row(number, each, said) for number, (each, said) in enumerate(rows)
        ]
        return self.cleaned_rows

    def _row(self, number: int, each: Likely, said: Mapping[str, str]) -> Any:
        answers = {"record": each.record.reference, **said}
        sent = MultiValueDict({name: [text] for name, text in answers.items() if text})
        row: Any = self.row_form(number, sent, likely=each)
        # What is missing is told by the command; from now on the label says that it is needed.
        row.is_valid()
        row.fields["verdict"].required = True
        return row


class Alike(Refused):
    """Records that may be the same, of which the caller has not said all that is asked."""

    status = 409
    title = TITLE

    def __init__(
        self, kind: str, found: Sequence[Likely], said: Mapping[str, Mapping[str, str]], whom: str
    ):
        super().__init__(f"Ask {whom} before you record this." if whom else SAY)
        self.noun, self.found, self.said, self.whom = noun(kind), found, said, whom
        send: dict[str, Any] = {FIELD: [_wanted(each) for each in found]}
        self.more = {
            "candidates": [_told(each) for each in found],
            "send": send | ({ASKED: True} if whom else {}),
        }

    def onto(self, form: Any) -> None:
        """Draw the questions, and say at each what is missing."""
        rows = [(each, self.said.get(each.record.reference, {})) for each in self.found]
        for (each, said), row in zip(rows, form.fields[FIELD].ask(form, rows), strict=True):
            if not said.get("verdict"):
                words = f"Say whether it is {each.name}: this {self.noun} may be on record already."
                row.add_error("verdict", words)
            elif lacks_reason(each, said):
                row.add_error("reason", f"Say why this is not the {self.noun} on record.")
        if self.found:
            form.add_error(FIELD, ValidationError(TITLE, code="row"))
        if self.whom:
            form.fields[ASKED].widget = forms.CheckboxInput()
            form[ASKED].label = f"I have asked {self.whom}"
            form.add_error(ASKED, self.message)


def lacks_reason(each: Likely, said: Mapping[str, str]) -> bool:
    """Whether it is not said why a certain one is another."""
    same = said.get("verdict") == Verdict.SAME
    return each.weight.certain and not same and not said.get("reason")


def _wanted(each: Likely) -> dict[str, str]:
    """What a program has to say of one likely record, to go on."""
    why = "needed, unless it is the same" if each.weight.certain else "if you like"
    return {"record": each.record.reference, "verdict": "same, different or unsure", "reason": why}


def _told(each: Likely) -> dict[str, Any]:
    """One likely record, as a program is told."""
    return {
        "reference": each.record.reference, "kind": each.record.kind, "title": each.record.title,
        "score": round(each.weight.bits, 1), "reasons": list(each.weight.reasons),
        "markers": [word for word, _ in each.flags], "certain": each.weight.certain,
    }  # fmt: skip


class _Media:
    """What shows the likely ones while one types."""

    js = (Script("resolution/likely.js", type="module"),)
    css = {"all": ("resolution/resolution.css",)}


def asking(plain: type[CommandForm], watch: Watch, **more: Any) -> type[CommandForm]:
    """A form that asks of likely records besides."""
    asked = forms.BooleanField(label="I have asked", required=False, widget=forms.HiddenInput)
    attributes = {FIELD: Questions(watch), ASKED: asked, "Media": _Media, **more}
    return type(f"Checked{plain.__name__}", (plain,), attributes)


def unanswered(found: Collection[Likely], said: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether anything that is asked is not said."""
    return any(
        not (answer := said.get(each.record.reference, {})).get("verdict")
        or lacks_reason(each, answer)
        for each in found
    )
