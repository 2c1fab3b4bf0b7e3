"""Search before create: who records somebody or something says first of each likely record whether
it is the same.

The question stands in the command itself, so the page, the form that records and links in one step,
and programs are asked alike. The answers are kept as judgements with score and model. Imports do
not run the command: what they bring is left to a run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import connection

from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands import Invalid, Work
from peel.machine.commands.registry import Command, command_creating, commands
from peel.machine.forms.base import CommandForm
from peel.machine.ui.forms.looks import dressed
from peel.pole.identity import commands as identity
from peel.pole.identity.models import Verdict
from peel.pole.new_form import FIELDS
from peel.services.resolution import hidden, matching, matching_people, matching_things, questions
from peel.services.resolution.matching import Likely, Matcher
from peel.services.resolution.matching_people import PEOPLE
from peel.services.resolution.questions import FIELD, Alike, Watch

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

LINKED, PREFIX, CHOOSER = "pole.link.record", "new_", "what"
# Asked to find somebody, and kept nowhere.
POSTCODE = "postcode"
PLACES = "pole.location"
# By kind, the questions that tell what is meant while one types.
WATCHED: Mapping[str, tuple[str, ...]] = {
    PEOPLE: ("given_names", "family_name", "date_of_birth", "sex", POSTCODE, "identifiers",
             "contacts"),
    "objects.vehicle": ("vrm", "registered_in", "vin", "other_number", "make", "model", "colour",
                        "year", "vehicle_kind"),
    "objects.phone": ("msisdn", "imei", "imei_2", "make", "model", "colour"),
    "objects.simcard": ("iccid", "imsi", "msisdn", "network"),
    "objects.organisation": ("name", "other_names", "company_number", "charity_number", "phone",
                             "email", "website"),
    PLACES: ("category", "name", "uprn", "saon", "paon", "street", "town", "postcode"),
}  # fmt: skip
Said = dict[str, dict[str, str]]
_plain: dict[str, Command] = {}


def install() -> None:
    """Put the question into the commands that record, and into the one that links as well."""
    matching.register(PEOPLE, Matcher(matching_people.weigh, matching_people.keys))
    for kind in matching_things.KINDS:
        each = matching_things.Things(kind)
        matching.register(kind, Matcher(each.weigh, each.keys, each.recorded))
    for kind, names in WATCHED.items():
        plain = command_creating(registry.sheet_of(kind).model)
        if plain is None or plain.form is None:
            raise LookupError(f"nothing records a {kind}")
        _plain[kind] = plain
        form = questions.asking(plain.form, Watch({kind: names}), **_further(kind, plain.form))
        commands[plain.name] = replace(plain, form=form, function=_recording(kind, plain))
    linked = commands[LINKED]
    if linked.form is None:
        raise LookupError(f"{LINKED} asks nothing")
    watch = Watch(FIELDS, PREFIX, CHOOSER)
    commands[LINKED] = replace(linked, form=questions.asking(linked.form, watch))


def _further(kind: str, plain: type[CommandForm]) -> dict[str, Any]:
    """What the form of a kind has besides: what finds who is on record; who has said of a place
    that it is another is not asked again.
    """
    if kind == PLACES:
        return {"clean": _apart(plain)}
    if kind != PEOPLE:
        return {}
    asked = forms.CharField(
        label="Postcode where the person lives", max_length=10, required=False,
        help_text="Only to find who is on record: it is not kept. Link the address afterwards.",
    )  # fmt: skip
    before = ("given_names", "family_name", "name_kind", "other_names", "date_of_birth")
    return {POSTCODE: dressed(asked, width=10), "field_order": (*before, POSTCODE)}


def _apart(plain: type[CommandForm]) -> Callable[[Any], dict[str, Any]]:
    def clean(form: Any) -> dict[str, Any]:
        """The answers; that it is another place than the one found is the reason for it."""
        said = form.cleaned_data.get("again")
        cleaned = plain.clean(form) or {}
        return cleaned | (
            {"apart": "Said to be another place when it was recorded"} if said else {}
        )

    return clean


def creating(kind: str) -> Command | None:
    """The command that records one of the kind, if it asks of likely records."""
    return commands[_plain[kind].name] if kind in _plain else None


def typed(command: Command, data: Any, who: "Identity") -> dict[str, Any]:
    """What is typed, as far as the command's form understands it."""
    form = (command.form or CommandForm)(data, identity=who)
    form.is_valid()
    return dict(form.cleaned_data)


def _recording(kind: str, plain: Command) -> Any:
    # It stands in for the command's own, also for who asks whether that is a derived one.
    @wraps(plain.function)
    def record(
        work: Work, *, judgements: Sequence[Mapping[str, str]] = (), asked_first: bool = False,
        apart: str = "", **values: Any,
    ) -> Any:  # fmt: skip
        """Make the record, unless one is likely of which nothing is said; keep what was said.

        `apart` is why it is another than what is there, where the kind asks that itself.
        """
        _one_at_a_time(kind, work, values)
        kept = {name: value for name, value in values.items() if name != POSTCODE or kind != PEOPLE}
        made = plain.function(work, **kept)
        told = matching.recorded(kind, values, made)
        found = matching.likely(kind, told, work.identity, but=made.pk, asked=True)
        said = {each["record"]: dict(each) for each in judgements}
        _settle(found, said, apart or str(values.get("another_because") or ""))
        whom = hidden.whom_to_ask(kind, told, work.identity)
        untold = bool(whom) and not asked_first
        if untold:
            hidden.tell_owners(kind, told, work.identity)
        if untold or questions.unanswered(found, said):
            raise Alike(kind, found, said, whom if untold else "")
        _judge(work, made, _records(kind, said, work), {e.record.pk: e for e in found}, said)
        if whom:
            hidden.tell_of(made.pk, kind, told)
        return made

    return record


def _settle(found: Sequence[Likely], said: Said, apart: str) -> None:
    """Who has said already why it is another than what is there is not asked again."""
    for each in found if apart else ():
        answer = {"verdict": Verdict.DIFFERENT.value, "reason": apart[:300]}
        said.setdefault(each.record.reference, answer)


def _one_at_a_time(kind: str, work: Work, values: Mapping[str, Any]) -> None:
    """Two who record the same name at once: the second waits, and is then asked about the first."""
    names = [values.get(name) for name in ("given_names", "family_name")]
    words = sorted(" ".join(filter(None, names)).upper().split())
    if words:
        said = f"{kind} {work.identity.organisation_id} {' '.join(words)}"
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [said])


def _records(kind: str, said: Said, work: Work) -> list[Record]:
    """The records that were spoken of. Raises Invalid alike for none and for none visible."""
    named = Record.objects.visible_to(work.identity).filter(reference__in=list(said))
    found = {record.reference: record for record in named} if said else {}
    if missing := [reference for reference in said if reference not in found]:
        raise Invalid({FIELD: [f"There is no record {one[:40]} here that you can see."
                               for one in missing]})  # fmt: skip
    # One answer may be about what is recorded in the same step: a person, and her vehicle.
    return [record for record in found.values() if record.kind == kind]


def _judge(
    work: Work, made: Any, others: Sequence[Record], found: Mapping[Any, Likely], said: Said
) -> None:
    """Keep what was said of each: what is the same first, so that a contradiction is told."""
    for other in sorted(others, key=lambda one: said[one.reference]["verdict"] != Verdict.SAME):
        answer, likely = said[other.reference], found.get(other.pk)
        if not answer.get("verdict"):
            continue
        words = f"{likely.words}. " if likely else ""
        identity.judge(
            work, record_id=made.pk, other=other, verdict=answer["verdict"],
            reason=f"Decided when recorded. {words}{answer.get('reason') or ''}"[:500].strip(),
            score=likely.weight.bits if likely else None,
            model=likely.weight.model if likely else "",
        )  # fmt: skip
