"""Sample nominals and locations, and answers to the commands on links."""

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.records.models import Record
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.machine.tests.samples import Answers, Sample
from peel.pole.models import Link, Marker, NominalName


def nominal() -> Sample:
    """A nominal with a name, a date of birth and a description."""
    return Sample(
        create={
            "family_name": "Kingsbridge", "given_names": "Marion", "name_kind": "current",
            "date_of_birth": "14 June 1980", "sex": "F", "description": "Walks with a stick",
        },
        edit={"sex": "F", "description": "Short, with a silver ring"},
        word="Kingsbridge",
        changed="silver ring",
        answers=_of_nominal,
    )  # fmt: skip


def _of_nominal(who: Identity, record: Record) -> Answers:
    with speaking(who):
        name = NominalName.objects.filter(nominal_id=record.pk).order_by("-asserted_at").first()
    return {
        "add-name": {"kind": "alias", "family_name": "Queensbridge", "given_names": "Mary"},
        "add-date-of-birth": {"date_of_birth": "about 40"},
        "add-identifier": {"kind": "PNC", "value": "80/123456H"},
        "add-fact": {"kind": "eye_colour", "value": "Hazel"},
        "add-mark": {
            "kind": "tattoo",
            "body_place": "forearm",
            "side": "left",
            "description": "A swallow",
        },
        "add-contact": {"kind": "email", "value": "marion@example.org"},
        "end-fact": {"which": str(name.pk) if name else "", "reason": "A slip"},
        "pin-fact": {"which": str(name.pk) if name else "", "reason": "As in her passport"},
    }


def location() -> Sample:
    """An address with a place on the map, and the word that it is another than one like it."""
    return Sample(
        create={
            "again": "another",
            "paon": "14", "street": "Lanyard Street", "town": "Wapping", "postcode": "E1W 2AA",
            "longitude": "-0.0571", "latitude": "51.5047", "precision": "exact",
        },
        edit={
            "again": "another",
            "paon": "14", "street": "Lanyard Street", "town": "Shadwell", "postcode": "E1W 2AA",
            "longitude": "-0.0571", "latitude": "51.5047", "precision": "exact",
        },
        word="Lanyard",
        changed="Shadwell",
    )  # fmt: skip


def on_any(who: Identity, record: Record) -> Answers:
    """A link from any record to a new nominal, and the end of one that it has."""
    values = {"family_name": "Otherend", "given_names": "Pat"}
    other = run(commands["pole.nominal.create"], who, values)
    known = {"pole.nominal": "associate>", "pole.location": "home<"}
    # Whatever a module to come records may be connected with a person.
    reading = known.get(record.kind, "connected>")
    ended = run(commands["pole.nominal.create"], who, values)
    run(commands["pole.link.create"], who,
        {"record_id": record.pk, "other": ended, "reading": reading})  # fmt: skip
    marker = _marker(who, record)
    with speaking(who):
        link = Link.objects.filter(to_record__in=[record.pk, ended.pk]).latest("asserted_at")
    return {
        "link-create": {"other": other.reference, "reading": reading},
        "link-record": {
            "what": "pole.nominal",
            "reading": reading,
            "new_family_name": "Newcome",
        },
        "link-end": {"which": str(link.pk), "reason": "A slip"},
        "link-edit": {"which": str(link.pk), "starts": "June 2020", "confirmed": "on"},
        "marker-add": {"type": "stolen", "reason": "A test"},
        "marker-review": {
            "which": str(marker.pk),
            "review_on": "in 4 weeks",
            "reason": "Still holds",
        },
        "marker-end": {"which": str(marker.pk), "reason": "A slip"},
    }


def _marker(who: Identity, record: Record) -> Marker:
    """A marker that holds: the one it bears, else a new one."""
    with speaking(who):
        held = Marker.objects.filter(record=record, ended_at=None).first()
    if held is None:
        values = {"record_id": record.pk, "type": "information", "reason": "Seen twice"}
        run(commands["pole.marker.add"], who, values)
        return _marker(who, record)
    return held
