"""The questions about a person: who it is, and each further fact with what it rests on."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDateFormField, not_in_future
from peel.kernel.records.models import Record
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.show import plain
from peel.machine.ui.forms.fields import DayField
from peel.machine.ui.forms.groups import Group
from peel.pole.facts.contacts import ContactKind, normal_contact
from peel.pole.facts.identifiers import IdentifierKind, normal_identifier
from peel.pole.facts.kinds import BODY_PLACES, CHOICES, FACTS, FactKind
from peel.pole.models import (
    Basis,
    MarkerType,
    NominalContact,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalMark,
    NominalName,
)

DATE_HINT = "For example 14 June 1980, June 1980, 1980 or about 30"
_EVERY: tuple[Any, ...] = (
    NominalName, NominalDateOfBirth, NominalFact, NominalMark, NominalContact, NominalIdentifier,
)  # fmt: skip
_NAMES = NominalName.NameKind.choices
_NUMBERS = IdentifierKind.choices


def _basis() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="What does it rest on?",
        choices=[("", "Not stated"), *((b.value, b.label) for b in Basis if b.value)],
        required=False,
    )


def _said_in() -> LookUpField:
    return LookUpField(
        Record, label="Said in", required=False,
        help_text="The record in which it was said: a reference, a name or a number",
    )  # fmt: skip


class SourceForm(CommandForm):
    """Where a fact comes from. Asked with every fact."""

    basis = _basis()
    asserted_in = _said_in()

    @classmethod
    def answers_of(cls, record: Any) -> dict[str, Any]:
        """A new fact: nothing of what the record says answers it."""
        return {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The source stands last, whatever a form asks besides.
        own = [name for name in self.fields if name not in SourceForm.base_fields]
        self.order_fields([*own, *SourceForm.base_fields])


class NamedForm(CommandForm):
    """Asks for a name, of which one part is enough."""

    given_names = forms.CharField(label="Given names", max_length=100, required=False)
    family_name = forms.CharField(label="Family name", max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two names is needed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("given_names") and not cleaned.get("family_name"):
            self.add_error("family_name", "Enter a family name, given names or both.")
        return cleaned


class NameForm(SourceForm, NamedForm):
    """A further name."""

    kind = forms.ChoiceField(label="Kind of name", choices=_NAMES)


class OtherNameForm(NamedForm):
    """A name that a nominal bears or bore besides."""

    kind = forms.ChoiceField(
        label="Kind of name",
        choices=[kind for kind in _NAMES if kind[0] != "current"],
        initial=NominalName.NameKind.ALIAS,
    )


class _NumberForm(CommandForm):
    kind = forms.ChoiceField(label="Kind of number", choices=_NUMBERS)
    value = forms.CharField(label="Number", max_length=60)

    def clean(self) -> dict[str, Any]:
        """The number as its issuer writes it."""
        return _normal(self, normal_identifier)


class _ContactForm(CommandForm):
    kind = forms.ChoiceField(label="Kind of contact", choices=ContactKind.choices)
    value = forms.CharField(label="Number or address", max_length=200)

    def clean(self) -> dict[str, Any]:
        """The number or address in its one form."""
        return _normal(self, normal_contact)


class _FactForm(CommandForm):
    kind = forms.ChoiceField(label="What is it?", choices=[("", "Choose one"), *CHOICES])
    value = forms.CharField(label="Fact", max_length=200)

    def clean(self) -> dict[str, Any]:
        """The value as its kind demands."""
        return _normal(self, lambda kind, value: FACTS[kind].normal(value))


def _normal(form: forms.Form, check: Any) -> dict[str, Any]:
    cleaned = form.cleaned_data
    if cleaned.get("kind") and cleaned.get("value"):
        try:
            cleaned["value"] = check(cleaned["kind"], cleaned["value"])
        except ValidationError as problem:
            form.add_error("value", problem)
    return cleaned


class NominalForm(NamedForm):
    """A nominal not known before: who it is, as far as is known now."""

    name_kind = forms.ChoiceField(label="Kind of name", choices=_NAMES)
    other_names = Group(
        OtherNameForm,
        label="Other names",
        row="Other name",
        add="Add another name",
        most=10,
        required=False,
        help_text="Aliases, nicknames, birth and previous names",
    )
    date_of_birth = PartialDateFormField(
        label="Date of birth or age",
        help_text=DATE_HINT,
        required=False,
        validators=[not_in_future],
    )
    sex = forms.ChoiceField(label="Sex", choices=list(FACTS["sex"].codes.items()), initial="N")
    description = forms.CharField(
        label="Description",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    facts = Group(
        _FactForm, label="Facts", row="Fact", add="Add a fact", most=30, required=False,
        help_text="Ethnicity, nationality, language, occupation, height, hair, eyes and so on",
    )  # fmt: skip
    identifiers = Group(
        _NumberForm, label="Identifiers", row="Identifier", add="Add an identifier", most=10,
        required=False, help_text="PNC ID, CRO, driver number and so on",
    )  # fmt: skip
    contacts = Group(
        _ContactForm, label="Contacts", row="Contact", add="Add a contact", most=10,
        required=False,
    )  # fmt: skip
    basis = _basis()
    asserted_in = _said_in()


class DateOfBirthForm(SourceForm):
    """A date of birth that somebody gave."""

    date_of_birth = PartialDateFormField(
        label="Date of birth or age", help_text=DATE_HINT, validators=[not_in_future]
    )


class IdentifierForm(SourceForm, _NumberForm):
    """A number by which another system knows the nominal."""


class FactForm(SourceForm, _FactForm):
    """A descriptive fact: its kind first, unless that is given; then the answers of that kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data if self.is_bound else self.initial
        kind = FACTS.get(str(given.get("kind") or ""))
        if kind is None:
            self._ask_the_kind_alone()
        else:
            self._ask_for(kind)

    def _ask_the_kind_alone(self) -> None:
        # The page's button then leads on to the answers of the kind that was chosen.
        self.step = ("kind", "Go on")
        for name, field in self.fields.items():
            if name != "kind":
                field.widget, field.required = forms.HiddenInput(), False

    def _ask_for(self, kind: FactKind) -> None:
        self.fields["kind"].widget = forms.HiddenInput()
        value: Any = self.fields["value"]
        value.label, value.help_text = kind.title, kind.hint
        if kind.codes:
            value.widget = forms.Select(choices=[("", "Choose one"), *kind.codes.items()])


class MarkForm(SourceForm):
    """A mark, scar or tattoo."""

    kind = forms.ChoiceField(label="What is it?", choices=NominalMark.MarkKind.choices)
    body_place = forms.ChoiceField(label="Where on the body?", choices=BODY_PLACES)
    side = forms.ChoiceField(
        label="Which side?", choices=NominalMark.Side.choices, required=False,
        help_text="As the person has it, not as you see it",
    )  # fmt: skip
    description = forms.CharField(label="What does it look like?", max_length=200)


class ContactForm(SourceForm, _ContactForm):
    """A way to reach the person."""

    safe = forms.ChoiceField(
        label="Is it safe to use?",
        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No: do not use it")],
        required=False,
    )
    note = forms.CharField(label="Note", max_length=200, required=False)


class _OneFactForm(CommandForm):
    """Asks for a reason about one fact, and says which one is meant."""

    which = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data if self.is_bound else self.initial
        if (fact := self._named(given.get("which"))) is not None:
            sort = str(fact.get_kind_display()) if hasattr(fact, "get_kind_display") else ""
            said = f"{fact} ({sort.lower()})" if sort and sort not in str(fact) else str(fact)
            by = f"{fact.asserted_by}, {plain(fact.asserted_at)}"
            self.fields["reason"].help_text = f"{said}, said by {by}"

    def _named(self, which: Any) -> Any:
        """The fact of this person that holds and that the one who asks may see."""
        try:
            key = UUID(str(which))
        except ValueError:
            return None
        asked = {"pk": key, "nominal_id": getattr(self.record, "pk", None), "ended_at": None}
        found = (m.objects.filter(**asked).select_related("asserted_by").first() for m in _EVERY)
        return next((fact for fact in found if fact is not None), None)


class PinForm(_OneFactForm):
    """Why one fact is to stand for the person."""

    reason = forms.CharField(label="Why should this one stand for the person?", max_length=500)


class EndFactForm(_OneFactForm):
    """Why a fact no longer holds."""

    reason = forms.CharField(label="Why does it no longer hold?", max_length=500)


class MarkerForm(CommandForm):
    """A warning, information marker or standing, and why."""

    type = forms.ChoiceField(label="Marker")
    reason = forms.CharField(
        label="Why?", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What was seen or said. Whoever meets this person will read it.",
    )  # fmt: skip
    review_on = DayField(
        label="Look at it again on", required=False,
        help_text="Left empty: after the time that the marker's type sets",
    )  # fmt: skip
    expires_on = DayField(label="Ends by itself on", required=False)
    asserted_in = _said_in()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.record.kind if self.record is not None else ""
        types = [(t.pk, t.title) for t in MarkerType.objects.all() if t.fits(kind)]
        self.fields["type"].choices = [("", "Choose one"), *types]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both days lie ahead."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("review_on", "expires_on"):
            if cleaned.get(name) and cleaned[name] < clock.today():
                self.add_error(name, "Choose a day that is still to come.")
        return cleaned


class ReviewForm(CommandForm):
    """A marker was looked at again and still holds."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    review_on = DayField(label="Look at it again on")
    reason = forms.CharField(label="Why does it still hold?", max_length=500)
