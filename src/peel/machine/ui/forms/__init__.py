"""Django forms drawn with GOV.UK markup, and the fields that Django lacks.

Any `django.forms.Form` is drawn well as it is. `dressed(field, …)` says more about how one field
looks: its width, what stands before and after it, which other questions an answer reveals.
"""

from peel.machine.ui.forms.conditions import RevealingForm
from peel.machine.ui.forms.fields import (
    DayField,
    HiddenVersionField,
    MomentField,
    SearchField,
    SuggestField,
)
from peel.machine.ui.forms.looks import Look, dressed, look_of
from peel.machine.ui.forms.widgets import DayMonthYear, Suggest

__all__ = [
    "DayField",
    "DayMonthYear",
    "HiddenVersionField",
    "Look",
    "MomentField",
    "RevealingForm",
    "SearchField",
    "Suggest",
    "SuggestField",
    "dressed",
    "look_of",
]
