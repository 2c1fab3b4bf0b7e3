"""The questions of investigation's moves and commands."""

from django import forms

from peel.kernel.access.models import Officer
from peel.kernel.base.dates import PartialDateFormField, not_in_future
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.ui.forms.conditions import Ask, Is
from peel.modules.investigation.models import Crime
from peel.modules.investigation.outcomes import outcome_choices


def reason_field(label: str) -> forms.CharField:
    """A question for a reason in a few sentences."""
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AllocateForm(CommandForm):
    """Who takes the crime on."""

    officer_in_case = LookUpField(
        Officer, label="Officer in case", help_text="Collar number or name"
    )


class ReasonForm(CommandForm):
    """Why a move is made."""

    reason = reason_field("Reason")


class OutcomeForm(CommandForm):
    """The outcome proposed, and when it was decided."""

    outcome = forms.ChoiceField(label="Outcome")
    decided = PartialDateFormField(label="Decided on", validators=[not_in_future])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["outcome"].choices = outcome_choices()  # type: ignore[attr-defined]


class CancelForm(CommandForm):
    """Why a recorded crime is cancelled (Home Office Counting Rules, section C)."""

    reason = forms.ChoiceField(
        label="Why is the crime cancelled?",
        widget=forms.RadioSelect,
        choices=[
            ("C1", "C1: committed elsewhere and transferred"),
            ("C2", "C2: additional verifiable information that no crime happened"),
            ("C3", "C3: recorded already"),
            ("C4", "C4: recorded in error"),
            ("C5", "C5: self-defence shown"),
        ],
    )
    recorded_as = LookUpField(
        Crime,
        label="Which crime is it recorded as?",
        help_text="Its reference. The two are linked.",
    )
    explanation = reason_field("What shows this?")
    asks = (Ask("recorded_as", when=Is("reason", "C3")),)
