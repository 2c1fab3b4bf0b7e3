"""The questions about a file."""

from decimal import Decimal
from typing import Any

from django import forms

from peel.kernel.access.markings import Marking
from peel.kernel.base.dates import PartialDateFormField, not_in_future
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.pole.models import Nominal

_WHOLE = 100


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


def _share(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.1", "class": "govuk-input--width-4"}),
    )  # fmt: skip


def _person(**more: Any) -> LookUpField:
    return LookUpField(Nominal, label="Whose face is it?", **more)


class FaceForm(CommandForm):
    """Where a face is in a picture, in per cent of the picture, and whose it is."""

    left = _share("From the left, in per cent")
    top = _share("From the top, in per cent")
    width = _share("Width, in per cent")
    height = _share("Height, in per cent")
    nominal = _person(
        required=False, help_text="A name or a reference. Leave it empty if it is not known."
    )

    def clean(self) -> dict[str, Any]:
        """The area stays within the picture and can be seen."""
        found: dict[str, Any] = super().clean() or {}
        for start, size in (("left", "width"), ("top", "height")):
            if found.get(start) is None or found.get(size) is None:
                continue
            if found[size] < Decimal("0.5"):
                self.add_error(size, "Make the area at least half a per cent wide and high.")
            if found[start] + found[size] > _WHOLE:
                self.add_error(size, "The area goes beyond the edge of the picture.")
        return found


class NameFaceForm(CommandForm):
    """Whose face it is."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    nominal = _person(help_text="A name or a reference")


class NoLongerForm(CommandForm):
    """Why something that was said of a file does not hold."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why is this not right?", max_length=500)


class PortraitForm(CommandForm):
    """Why this picture is the one to know the person by; `which` names the face's naming."""

    which = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Why this picture?", max_length=500,
        help_text="For example: the latest, taken in custody on 3 March 2026",
    )  # fmt: skip


class TranscriptForm(CommandForm):
    """The words of a recording."""

    text = forms.CharField(
        label="What is said, and what can be heard", max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Plain text. Or captions with times, which begin with WEBVTT.",
    )  # fmt: skip
