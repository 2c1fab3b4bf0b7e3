"""The questions about a file."""

from typing import Any

from django import forms

from peel.kernel.access.markings import Marking
from peel.kernel.base.dates import PartialDateFormField, not_in_future
from peel.machine.forms.base import CommandForm


class AttachForm(CommandForm):
    """What is said of the files that are brought in together. The files stand beside it."""

    description = forms.CharField(label="What do they show?", max_length=500, required=False)
    taken = PartialDateFormField(
        label="When were they taken or received?", required=False, validators=[not_in_future],
        help_text="For example 14 June 2026, or June 2026",
    )  # fmt: skip
    received_from = forms.CharField(label="From whom?", max_length=200, required=False)
    marking = forms.TypedChoiceField(label="Marking", coerce=int, choices=Marking.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clearance = self.identity.clearance if self.identity else 0
        least = self.record.marking if self.record else 0
        allowed = [(int(m), m.label) for m in Marking if m <= clearance]
        self.fields["marking"].choices = allowed  # type: ignore[attr-defined]
        self.fields["marking"].initial = least


class WithdrawForm(CommandForm):
    """Why a file should not be used any more."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why is the file withdrawn?", max_length=500)
