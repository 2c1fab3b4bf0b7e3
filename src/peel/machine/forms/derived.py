"""Forms made from a sheet: the fields of its sections, as the model declares them."""

from typing import Any, cast

from django import forms
from django.db import models

from peel.kernel.access.markings import Marking
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField, look_up_of
from peel.machine.sheets import Sheet
from peel.machine.ui.forms.fields import DayField, MomentField

# One box each, which takes a date as people write it.
_TYPED: dict[Any, type[forms.Field]] = {
    models.DateField: DayField,
    models.DateTimeField: MomentField,
}


def form_field(field: "models.Field[Any, Any]") -> forms.Field:
    """The form field of a model's field: foreign keys that have a look-up are typed and found."""
    target = field.related_model if isinstance(field, models.ForeignKey) else None
    if isinstance(target, type) and look_up_of(target) is not None:
        return LookUpField(
            target,
            required=not field.blank,
            label=str(field.verbose_name).capitalize(),
            help_text=field.help_text,
        )
    typed = _TYPED.get(type(field))
    made = field.formfield(form_class=typed) if typed else field.formfield()
    if made is None:
        raise LookupError(f"{field.model.__name__}.{field.name} cannot be typed into a form")
    made.label = str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]
    return made


def fields_form(sheet: Sheet, *, creating: bool) -> type[CommandForm]:
    """The form that creates or edits a record of the sheet."""
    attributes: dict[str, Any] = {
        name: form_field(field)
        for name in sheet.fields
        # What the model calls not editable is set by moves and commands of its own.
        if (field := cast("models.Field[Any, Any]", sheet.model._meta.get_field(name))).editable
    }
    if creating and len(sheet.markings.allowed) > 1:
        attributes["marking"] = marking_field(sheet)
    attributes["sections"] = sheet.sections
    attributes["asks"] = tuple(ask for ask in sheet.asks if ask.name in attributes)
    name = f"{sheet.model.__name__}{'Create' if creating else 'Edit'}Form"
    return type(name, (CommandForm,), attributes)


def marking_field(sheet: Sheet) -> forms.Field:
    """The choice among the markings that the kind may bear."""
    return forms.TypedChoiceField(
        label="Marking",
        choices=[(int(m), Marking(m).label) for m in sheet.markings.allowed],
        coerce=int,
        initial=int(sheet.markings.default),
        required=False,
        empty_value=int(sheet.markings.default),  # type: ignore[arg-type]
    )


class RestrictForm(CommandForm):
    """Why a record is restricted, when that is looked at again, and who is admitted."""

    reason = forms.CharField(
        label="Why is it restricted?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    review_on = DayField(
        label="Review on", required=False, help_text="For example 27 3 2027 or in 4 weeks"
    )
    admitted = forms.CharField(
        label="Who may see it?",
        help_text="Collar or staff numbers, one to a line. You stay on the list yourself"
        " unless you untick the box below.",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=4000,
    )
    keep_me = forms.BooleanField(label="Keep me on the list", required=False, initial=True)

    def clean_admitted(self) -> list[Any]:
        """The officers behind the numbers. Each that is unknown is named."""
        from peel.kernel.access.models import Officer

        numbers = self.cleaned_data["admitted"].replace(",", "\n").split()
        found = {o.collar_number: o for o in Officer.objects.filter(collar_number__in=numbers)}
        if unknown := [number for number in numbers if number not in found]:
            raise forms.ValidationError(f"Nobody has the number {', '.join(unknown)}.")
        return list(found.values())


class ReasonForm(CommandForm):
    """A reason alone."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
