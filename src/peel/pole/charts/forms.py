"""The questions of charts."""

from django import forms

from peel.kernel.records.models import Record
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.pole.charts.bodies import COLOURS, LONGEST


class ChartForm(CommandForm):
    """What a chart is called and what it is for."""

    name = forms.CharField(label="Title", max_length=120)
    purpose = forms.CharField(
        label="Purpose",
        help_text="What the chart is to show, and why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddForm(CommandForm):
    """A record that is to stand on the chart."""

    other = LookUpField(Record, label="Record", help_text="A reference, a name or a number")


class AnnotateForm(CommandForm):
    """A note on the chart, or on one of the records on it."""

    text = forms.CharField(
        label="Note", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    colour = forms.ChoiceField(
        label="Colour", choices=[(name, name.capitalize()) for name in COLOURS]
    )
    on = LookUpField(
        Record, label="About", help_text="A record on the chart; leave empty for the whole chart",
        required=False,
    )  # fmt: skip
