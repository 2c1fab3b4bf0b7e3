"""The question of who or what is new, and how it is linked: a few fields of each kind."""

from typing import Any

from django import forms
from django.forms.widgets import Script

from peel.kernel.base.dates import PartialDateFormField, not_in_future
from peel.machine import registry
from peel.machine.forms.base import CommandForm
from peel.machine.ui.forms.conditions import Ask, Is
from peel.pole.forms import DATE_HINT, ReadingSelect, grouped, readings

# What is asked of each kind; the rest is added on its own page.
FIELDS = {
    "pole.nominal": ("given_names", "family_name", "date_of_birth"),
    "objects.vehicle": ("vrm", "make", "model"),
    "objects.phone": ("msisdn", "imei"),
}
# What a person may bring along: the kind of each, and the number that is typed.
BESIDE = {"vehicle": ("objects.vehicle", "vrm"), "phone": ("objects.phone", "msisdn")}
_WORDS = {"pole.nominal": "A person", "objects.vehicle": "A vehicle", "objects.phone": "A phone"}


class NewLinkForm(CommandForm):
    """Somebody or something not known before, linked to the record that is open.

    The questions bear names of their own, for the record that is open has fields of these names.
    """

    what = forms.ChoiceField(
        label="What is it?", widget=forms.RadioSelect, initial="pole.nominal",
        choices=list(_WORDS.items()),
    )  # fmt: skip
    reading = forms.ChoiceField(label="How are they linked?", widget=ReadingSelect)
    new_given_names = forms.CharField(label="Given names", max_length=100)
    new_family_name = forms.CharField(label="Family name", max_length=100)
    new_date_of_birth = PartialDateFormField(
        label="Date of birth or age", help_text=DATE_HINT, validators=[not_in_future]
    )
    new_vehicle = forms.CharField(
        label="Registration mark of a vehicle that the person uses", max_length=12
    )
    new_phone = forms.CharField(label="Telephone number of the person", max_length=20)
    new_vrm = forms.CharField(label="Registration mark (VRM)", max_length=12)
    new_make = forms.CharField(label="Make", max_length=40)
    new_model = forms.CharField(label="Model", max_length=60)
    new_msisdn = forms.CharField(label="Telephone number", max_length=20)
    new_imei = forms.CharField(label="IMEI", max_length=20)

    asks = tuple(
        Ask(f"new_{name}", when=Is("what", kind), required=False)
        for kind, names in (*FIELDS.items(), ("pole.nominal", tuple(BESIDE)))
        for name in names
    )

    class Media:
        """What leaves the readings that fit what was chosen."""

        js = (Script("peel/linking.js", type="module"),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = {sheet.kind: sheet.numbers.prefix for sheet in registry.sheets()}
        kinds: Any = self.fields["what"]
        kinds.choices = [(kind, words) for kind, words in _WORDS.items() if kind in here]
        field: Any = self.fields["reading"]
        prefixes = {here[kind]: kind for kind, _ in kinds.choices}
        found = [
            each
            for each in readings(self.record.kind if self.record is not None else "")
            if not each.prefixes or prefixes.keys() & set(each.prefixes)
        ]
        field.choices = grouped(found)
        field.widget.fits = {
            each.key: " ".join(prefixes.get(prefix, prefix) for prefix in each.prefixes)
            for each in found
        }

    def clean(self) -> dict[str, Any]:
        """A person has a name, a vehicle a mark or a make, a phone a number."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("what") == "pole.nominal" and not (
            cleaned.get("new_given_names") or cleaned.get("new_family_name")
        ):
            self.add_error("new_family_name", "Enter a family name, given names or both.")
        return cleaned
