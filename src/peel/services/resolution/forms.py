"""The questions of resolution's pages."""

from django import forms

from peel.machine.forms.base import CommandForm
from peel.machine.ui.forms.conditions import Ask, Is
from peel.pole.identity.models import Verdict


class DecideForm(CommandForm):
    """Whether two records are of one person (vehicle, place), and why."""

    verdict = forms.ChoiceField(label="", choices=Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why?", max_length=500,
        help_text="What decides it for you? Others will rely on it. The score alone is no reason.",
    )  # fmt: skip

    def of_a(self, noun: str) -> None:
        """Ask by the name of what the records are of."""
        self.fields["verdict"].label = f"Are these two records of the same {noun}?"


class PolicyForm(CommandForm):
    """What is said of likely records that the one who records may not see."""

    hidden = forms.ChoiceField(
        label="When somebody records what may be on a record that he cannot see",
        choices=[("silent", "Say nothing"), ("ask", "Tell him whom to ask first")],
        widget=forms.RadioSelect,
        help_text="Whom to ask is all that he is told. It still tells him that there is something.",
    )  # fmt: skip
    whom = forms.CharField(
        label="Whom is he to ask?", max_length=100,
        help_text="A unit or a post that answers at any hour, such as “the duty intelligence unit”",
    )  # fmt: skip

    asks = (Ask("whom", when=Is("hidden", "ask")),)


class ModelForm(CommandForm):
    """Whether a model is to be used."""

    accept = forms.ChoiceField(
        label="Is this model to be used?",
        choices=[("yes", "Yes, use it from now on"), ("no", "No, refuse it")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why?", max_length=500, help_text="What you looked at: weights, clamps, the sample"
    )
