"""The auditor's filter: what is asked of the ledger, checked, and how it is said back."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from peel.kernel.audit.ledger import Act, Outcome
from peel.machine.ui.forms import DayField, SuggestField, dressed
from peel.services.oversight import words
from peel.services.oversight.fields import FirstDayField, PersonField, SubjectField, choice

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_ACTS = {each: text.partition(":")[0] for each, text in words.ACTS.items()}


class FilterForm(forms.Form):
    """Which lines. Every question may be left open; those answered are joined by "and"."""

    record = SubjectField(
        label="Record looked at", help_text="Reference, name or id", required=False
    )
    officer = PersonField(label="Officer", help_text="Collar number or name", required=False)
    since = FirstDayField(
        label="From", help_text="A day, yesterday, or last 7 days", required=False
    )
    until = DayField(label="To", help_text="That day included", required=False)
    purpose = choice("Purpose", words.PURPOSES, "Any purpose")
    purpose_record = SubjectField(
        label="Record of the purpose", help_text="Reference, name or id", required=False
    )
    act = choice("Act", _ACTS, "Any act")
    outcome = choice("Outcome", words.OUTCOMES, "Any outcome")
    name = SuggestField(
        (), label="Operation", required=False, max_length=200,
        help_text="As a line gives it, such as site.search",
    )  # fmt: skip

    use_required_attribute = False

    def __init__(self, data: Any, *, identity: "Identity") -> None:
        super().__init__(data, label_suffix="", auto_id="filter-%s")
        for name in ("record", "officer", "purpose_record"):
            self.fields[name].bind_identity(identity)  # type: ignore[attr-defined]
        fresh = SuggestField(
            words.known_operations(), label="Operation", required=False, max_length=200,
            help_text=self.fields["name"].help_text,
        )  # fmt: skip
        self.fields["name"] = dressed(fresh, autocomplete="off", spellcheck=False)
        for field, text in (("since", "begin from"), ("until", "end with")):
            self.fields[field].error_messages["invalid"] = (
                f"“%(value)s” is not a day to {text}. Write it like 27 3 2026 or yesterday."
            )
        for field, text in (("purpose", "purposes"), ("act", "acts"), ("outcome", "outcomes")):
            self.fields[field].error_messages["invalid_choice"] = (
                f"“%(value).40s” is not one of the {text} shown."
            )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError when the last day is before the first."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error(
                "until", forms.ValidationError("The last day is before the first one.", "order")
            )
        return found

    def filters(self) -> dict[str, Any]:
        """The answers as `audit.reading.read` takes them."""
        given = self.cleaned_data
        found = {
            "subject": given["record"].id if given["record"] else None,
            "user": given["officer"].id if given["officer"] else None,
            "since": _midnight(given["since"]),
            "until": _midnight(given["until"], days=1),
            "purpose": given["purpose"] or None,
            "purpose_record": given["purpose_record"].id if given["purpose_record"] else None,
            "act": Act(given["act"]) if given["act"] else None,
            "outcome": Outcome(given["outcome"]) if given["outcome"] else None,
            "name": given["name"] or None,
        }
        return {key: value for key, value in found.items() if value is not None}

    def said(self) -> Iterator[tuple[str, str]]:
        """Each answer in words, with the name of its question."""
        given = self.cleaned_data
        for name in ("record", "officer", "purpose_record"):
            if given[name]:
                yield name, f"{self.fields[name].label}: {given[name].caption}"
        for name in ("since", "until"):
            if day := given[name]:
                yield name, f"{self.fields[name].label} {day.day} {day:%B %Y}"
        for name, told in (
            ("purpose", words.purpose), ("act", lambda value: _ACTS[Act(value)]),
            ("outcome", words.outcome), ("name", words.operation),
        ):  # fmt: skip
            if given[name]:
                yield name, f"{self.fields[name].label}: {told(given[name])}"


def _midnight(day: datetime.date | None, *, days: int = 0) -> datetime.datetime | None:
    """When a day (or one so many days later) begins in London."""
    if day is None:
        return None
    wanted = datetime.datetime.combine(day + datetime.timedelta(days=days), datetime.time())
    return timezone.make_aware(wanted, words.LONDON)
