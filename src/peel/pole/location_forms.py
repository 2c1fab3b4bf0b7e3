"""The questions that record and edit a location, with an address picked from the gazetteer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from peel.kernel.access.markings import Marking
from peel.kernel.places.models import GazetteerAddress, Precision
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.sheets import Section
from peel.machine.ui.forms.conditions import Ask, Is
from peel.machine.ui.forms.looks import dressed
from peel.pole.lookups import filled_by
from peel.pole.models.locations import Category, Location, same_place

FIND_HINT = (
    "A postcode, a house number with the street, or a UPRN."
    " The address that you pick takes the place of what stands below."
)
OUTLINE_HINT = (
    "Its corners, a line each, as grid references (TQ 30123 80456) or latitude, longitude;"
    " or GeoJSON"
)
AGAIN = [("another", "No, it is another: record it all the same")]
ADDRESS = ("saon", "paon", "street", "locality", "town", "administrative_area", "postcode")


def _text(name: str, *, width: int = 0, hint: str = "") -> forms.CharField:
    field: Any = Location._meta.get_field(name)
    label = str(field.verbose_name)
    made = forms.CharField(
        label=label[:1].upper() + label[1:],
        max_length=field.max_length,
        required=False,
        help_text=hint,
    )
    return dressed(made, width=width) if width else made


class LocationForm(CommandForm):
    """What makes a location. Nothing is required by itself; the sort of place says what is."""

    find = LookUpField(
        GazetteerAddress, label="Find an address", required=False, help_text=FIND_HINT
    )
    category = forms.ChoiceField(
        label="What sort of place is it?",
        choices=[("", "Work it out from the answers"), *Category.choices],
        required=False,
    )
    name = _text("name")
    saon = _text("saon", width=20)
    paon = _text("paon", width=20)
    street = _text("street")
    locality = _text("locality")
    town = _text("town")
    administrative_area = _text("administrative_area")
    postcode = _text("postcode", width=10)
    uprn = _text("uprn", width=20)
    usrn = _text("usrn", width=10)
    address = forms.CharField(
        label="As described",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In the words of whoever told of it",
    )
    longitude = forms.FloatField(label="Longitude", required=False)
    latitude = forms.FloatField(label="Latitude", required=False)
    precision = forms.ChoiceField(
        label="Precision", choices=Precision.choices, required=False, initial=Precision.UNKNOWN
    )
    outline = forms.CharField(
        label="Outline",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=OUTLINE_HINT,
    )
    # Asked once a place like it was found.
    again = forms.ChoiceField(
        label="Is it the place that is recorded already?",
        choices=AGAIN,
        required=False,
        widget=forms.HiddenInput,
    )
    sections = (
        Section("Find it", ("find",)),
        Section("Place", ("category", "name", *ADDRESS, "uprn", "usrn", "again")),
        Section("As described", ("address",)),
        Section("Position", ("longitude", "latitude", "precision", "outline")),
    )
    asks = (
        Ask("name", when=Is("category", "", Category.VENUE, Category.AREA), required=False),
        Ask("outline", when=Is("category", "", Category.AREA), required=False),
    )

    def clean(self) -> dict[str, Any]:
        """Take over what was picked, and refuse a place that is recorded already."""
        cleaned: dict[str, Any] = super().clean() or {}
        picked = cleaned.pop("find", None)
        if picked is not None:
            cleaned |= filled_by(picked)
        cleaned["precision"] = cleaned.get("precision") or Precision.UNKNOWN
        again = cleaned.pop("again", "")
        if not self.errors and not again:
            self._look_for_twin(cleaned)
        return cleaned

    def _look_for_twin(self, cleaned: dict[str, Any]) -> None:
        asked = {name for name in LocationForm.base_fields if name not in ("find", "again")}
        place = Location(**{name: value for name, value in cleaned.items() if name in asked})
        try:
            place.clean()
        except ValidationError:
            return  # the command says so, field by field
        fits = same_place(place)
        if fits is None or self.identity is None:
            return
        twins = Location.objects.visible_to(self.identity).filter(fits)
        twin = (twins.exclude(pk=self.record.pk) if self.record else twins).first()
        if twin is not None:
            field = "uprn" if place.uprn and twin.uprn == place.uprn else "street"
            self.add_error(field, f"This place is recorded already as {twin.reference}.")
            self.fields["again"].widget = forms.RadioSelect(choices=AGAIN)


class NewLocationForm(LocationForm):
    """A location not known before."""

    marking = forms.TypedChoiceField(
        label="Marking",
        choices=[(int(m), m.label) for m in (Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE)],
        coerce=int,
        initial=int(Marking.OFFICIAL),
        required=False,
        empty_value=int(Marking.OFFICIAL),  # type: ignore[arg-type]
    )
