"""The questions of POLE's commands."""

from typing import Any

from django import forms

from peel.kernel.base.dates import PartialDateFormField
from peel.kernel.records.models import Record
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.registry import sheet_of
from peel.pole.models import LinkType

DATE_HINT = "For example 14 June 1980, June 1980, 1980 or about 30"


class LinkForm(CommandForm):
    """A link from (or to) the record that is open."""

    other = LookUpField(
        Record, label="Link to", help_text="A reference, a name, a postcode or a number"
    )
    reading = forms.ChoiceField(label="How are they linked?")
    starts = PartialDateFormField(label="From", required=False, help_text=DATE_HINT)
    ends = PartialDateFormField(label="To", required=False)
    confirmed = forms.BooleanField(label="This is confirmed", required=False)
    note = forms.CharField(label="Note", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.record.kind if self.record is not None else ""
        self.fields["reading"].choices = readings(kind)  # type: ignore[attr-defined]


class EndForm(CommandForm):
    """Why a fact or a link no longer holds."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why does it no longer hold?", max_length=500)


def readings(kind: str) -> list[tuple[str, str]]:
    """Every way in which a record of `kind` may be linked, read from its side.

    The key is the type's name with ">" for this record being the first end, "<" for the second.
    """
    found = []
    wanted = sheet_of(kind).links if kind else ()
    for type_ in LinkType.objects.all():
        if wanted and type_.name not in wanted:
            continue
        if not type_.from_kinds or kind in type_.from_kinds:
            found.append((f"{type_.name}>", _read(type_.forward)))
        one_way = type_.forward != type_.backward
        if one_way and (not type_.to_kinds or kind in type_.to_kinds):
            found.append((f"{type_.name}<", _read(type_.backward)))
    return found


def _read(reading: str) -> str:
    return reading[:1].upper() + reading[1:]
