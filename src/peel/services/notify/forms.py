"""The questions of break-glass, of its judgement, and of the inbox's filter."""

from django import forms

from peel.kernel.base import references
from peel.kernel.records.models import BreakGlass, Judgement
from peel.machine.forms.base import CommandForm, storable
from peel.services.notify import rules


def _storable(text: str) -> str:
    if not storable(text):
        raise forms.ValidationError("Take out the characters that cannot be shown.")
    return text


class BreakGlassForm(CommandForm):
    """Which record, on what ground, and why."""

    reference = forms.CharField(
        label="Reference of the record",
        max_length=40,
        help_text=f"For example {references.EXAMPLE}",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    category = forms.ChoiceField(
        label="What makes it urgent?",
        choices=BreakGlass.Category,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why do you need this record now?",
        help_text="Whoever owns the record reads this at once. Say what happens to whom if you do"
        " not see it.",
        min_length=rules.LEAST_WORDS,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"min_length": f"Say why in at least {rules.LEAST_WORDS} characters."},
    )

    def clean_reference(self) -> str:
        """The reference in its one form; a slip is told by its check letter alone."""
        return references.check(_storable(self.cleaned_data["reference"]))

    def clean_reason(self) -> str:
        """The reason, as the database can keep it."""
        return _storable(self.cleaned_data["reason"])


class JudgeForm(CommandForm):
    """What it came to, and why."""

    verdict = forms.ChoiceField(
        label="Was it justified?", choices=Judgement.Verdict, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="Why do you think so?",
        help_text="Kept with the act. Whoever broke the glass does not see it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_words(self) -> str:
        """The words, as the database can keep them."""
        return _storable(self.cleaned_data["words"])
