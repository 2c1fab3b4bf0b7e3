"""The style guide: every component, partial and form field on one page, with sample values.

Shown only while developing (DEBUG, or PEEL_STYLEGUIDE=1); elsewhere its address does not exist.
"""

import datetime
import os
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peel.machine.ui import forms as ours
from peel.machine.ui.samples import samples


class SampleForm(ours.RevealingForm):
    """One field of each kind."""

    use_required_attribute = False

    surname = forms.CharField(max_length=80, help_text="As it is written on a document")
    seen_at = ours.MomentField(label="Seen at")
    born_on = ours.DayField(label="Date of birth", required=False)
    from_on = forms.CharField(label="Living there since", widget=ours.DayMonthYear)
    sex = forms.ChoiceField(
        choices=[("", "Choose"), ("female", "Female"), ("male", "Male"), ("unknown", "Not known")]
    )
    value = ours.dressed(
        forms.DecimalField(label="Value of what was taken", required=False), prefix="£", width=10
    )
    town = ours.SuggestField(["Thamesmarch", "Eastmarsh", "Nether Wick"], label="Town")
    source = ours.dressed(
        forms.ChoiceField(
            label="How was it reported?",
            choices=[("999", "999 call"), ("desk", "At a station"), ("other", "Another way")],
            widget=forms.RadioSelect,
        ),
        reveals={"other": ("source_detail",)},
    )
    source_detail = forms.CharField(label="How?")
    marks = forms.MultipleChoiceField(
        label="Marks",
        choices=[("scar", "Scar"), ("tattoo", "Tattoo")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    account = forms.CharField(label="Account", max_length=2000, widget=forms.Textarea)
    document = forms.FileField(label="Document", required=False)
    consent = forms.BooleanField(label="The person agrees to be contacted", required=False)
    version = ours.HiddenVersionField(initial=3)


def shown_here() -> bool:
    """Whether this installation shows the style guide."""
    return bool(settings.DEBUG or os.environ.get("PEEL_STYLEGUIDE") == "1")


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the parts of which pages are made. Raises Http404 where it is not to be shown."""
    if not shown_here():
        raise Http404
    data = {"seen_at": "half past two", "source": "other"} if "errors" in request.GET else None
    form = SampleForm(data, label_suffix="", initial={"source": "desk", "marks": ["tattoo"]})
    now = datetime.datetime(2026, 11, 3, 14, 5, tzinfo=datetime.UTC)
    context: dict[str, Any] = {**samples(now), "form": form}
    return render(request, "ui/styleguide.html", context)
