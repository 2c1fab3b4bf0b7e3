"""The questions of POLE's commands on links."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.widgets import Script

from peel.kernel.access.markings import Marking
from peel.kernel.base.dates import PartialDateFormField
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.ui.forms.conditions import Ask, Is
from peel.pole.link_types import SHIPPED
from peel.pole.models import Link, LinkType
from peel.pole.models.links import Assessment, Handling, Source

HEADING = "= "
DATE_HINT = "For example 14 June 1980, June 1980, 1980 or about 30"


class ReadingSelect(forms.Select):
    """The ways in which two may be linked; a script leaves those that fit what was chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fits: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Say which references (by their first letters) a reading fits; nothing fits all."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-peel-fits"] = self.fits.get(str(value), "")
        if str(value).startswith(HEADING):
            option["attrs"] |= {"disabled": True, "data-peel-heading": "yes"}
        return option


class SaidForm(CommandForm):
    """What is said of a link besides its ends: when, how sure, how graded."""

    starts = PartialDateFormField(label="From", required=False, help_text=DATE_HINT)
    ends = PartialDateFormField(label="To", required=False)
    confirmed = forms.BooleanField(label="This is confirmed", required=False)
    note = forms.CharField(label="Note", max_length=500, required=False)
    asserted_in = LookUpField(
        Record, label="Said in", required=False,
        help_text="The record that says so, if one does: a crime, a report",
    )  # fmt: skip
    marking = forms.TypedChoiceField(
        label="Marking", choices=Marking.choices, coerce=int, initial=Marking.OFFICIAL,
        required=False, empty_value=Marking.OFFICIAL,  # type: ignore[arg-type]
    )  # fmt: skip
    intelligence = forms.BooleanField(label="This is intelligence, and graded", required=False)
    source = forms.ChoiceField(label="Source evaluation", choices=Source.choices)
    assessment = forms.ChoiceField(label="Information assessment", choices=Assessment.choices)
    handling = forms.ChoiceField(label="Handling code", choices=Handling.choices)

    asks = tuple(
        Ask(name, when=Is("intelligence", True)) for name in ("source", "assessment", "handling")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = self.identity.clearance if self.identity is not None else Marking.OFFICIAL
        field: Any = self.fields["marking"]
        field.choices = [(value, words) for value, words in Marking.choices if value <= most]

    @classmethod
    def answers_of(cls, record: Any) -> dict[str, Any]:
        """A link starts with the marking of the record; nothing else of it is asked."""
        return {"marking": record.marking}


class LinkForm(SaidForm):
    """A link from (or to) the record that is open: one search, one choice."""

    other = LookUpField(
        Record, label="Link to", help_text="A reference, a name, a postcode or a number"
    )
    reading = forms.ChoiceField(label="How are they linked?", widget=ReadingSelect)

    field_order = ("other", "reading")

    class Media:
        """What leaves the readings that fit what was chosen."""

        js = (Script("peel/linking.js", type="module"),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.record.kind if self.record is not None else ""
        field: Any = self.fields["reading"]
        found = readings(kind)
        field.choices = grouped(found)
        field.widget.fits = {each.key: " ".join(each.prefixes) for each in found}


class LinkEditForm(SaidForm):
    """What may be changed of a link: all but its ends, its type and who said it first."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    stood = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound or not self.initial.get("which"):
            return
        found = Link.objects.filter(pk=_uuid(self.initial["which"]), ended_at=None)
        link = found.select_related("asserted_in").first()
        if link is not None:
            from peel.pole.commands.links import latest_version

            own = {name: getattr(link, name) for name in self.fields if hasattr(link, name)}
            graded = {"intelligence": bool(link.grading), "stood": latest_version(link)}
            self.initial = {**self.initial, **own, **graded}

    @classmethod
    def answers_of(cls, record: Any) -> dict[str, Any]:
        """Nothing of the record itself is asked: its marking is not the link's."""
        return {}


def _uuid(text: Any) -> Any:
    try:
        return forms.UUIDField().clean(text)
    except forms.ValidationError:
        return None


class EndForm(CommandForm):
    """Why a fact or a link no longer holds."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why does it no longer hold?", max_length=500)


def readings(kind: str) -> list["Reading"]:
    """Every way in which a record of `kind` may be linked, read from its side.

    The key is the type's name with ">" for this record being the first end, "<" for the second.
    """
    found = []
    wanted = registry.sheet_of(kind).links if kind else ()
    for type_ in LinkType.objects.all():
        # A type that the force has added stands in no sheet: the kinds that it names decide.
        if wanted and type_.name in SHIPPED and type_.name not in wanted:
            continue
        if not type_.from_kinds or kind in type_.from_kinds:
            found.append(_read(f"{type_.name}>", type_.forward, type_.to_kinds))
        one_way = type_.forward != type_.backward
        if one_way and (not type_.to_kinds or kind in type_.to_kinds):
            found.append(_read(f"{type_.name}<", type_.backward, type_.from_kinds))
    return found


@dataclass(frozen=True)
class Reading:
    """One way to be linked: its words, what the other end may be, and those references' letters."""

    key: str
    words: str
    other: str
    prefixes: tuple[str, ...]


def _read(key: str, words: str, kinds: list[str]) -> Reading:
    sheets = {sheet.kind: sheet for sheet in registry.sheets()}
    other = [sheets[kind] for kind in kinds if kind in sheets]
    names = [sheet.title for sheet in other[:1]] + [sheet.title.lower() for sheet in other[1:3]]
    what = ", ".join(names) + (" and others" if len(other) > 3 else "") or "Anything"
    prefixes = tuple(sheet.numbers.prefix for sheet in other)
    return Reading(key, words[:1].upper() + words[1:], what, prefixes)


def grouped(found: Iterable[Reading]) -> list[tuple[str, str]]:
    """The choices of a list, under a heading for each sort of thing that they lead to."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for reading in found:
        groups.setdefault(reading.other, []).append((reading.key, reading.words))
    headed = [[(f"{HEADING}{other}", f"{other}:"), *rows] for other, rows in groups.items()]
    return [("", "Choose one"), *(row for rows in headed for row in rows)]
