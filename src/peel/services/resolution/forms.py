"""The questions of resolution's pages."""

from django import forms

from peel.machine.forms.base import CommandForm
from peel.pole.identity.models import Verdict


class DecideForm(CommandForm):
    """Whether two records are of one person, and why."""

    verdict = forms.ChoiceField(
        label="Are these two records of the same person?", choices=Verdict.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(
        label="Why?", max_length=500,
        help_text="What decides it for you? Others will rely on it. The score alone is no reason.",
    )  # fmt: skip


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
