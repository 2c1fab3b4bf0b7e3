"""FollowTheMoney: one entity a line of JSON, by the schemata of its model.

Source: followthemoney.tech, the schemata Person, Organization, Address, Vehicle, Event, Asset,
Family, Associate and UnknownLink. A property holds a list of texts; a link names its two ends.
"""

import json
from collections.abc import Iterator
from typing import Any

from peel.pole.models import Link
from peel.services.exchange.sharing.gathering import Part, day, holding

MEDIA_TYPE, SUFFIX = "application/json+ftm", "ftm.json"
_FAMILY = {"parent", "sibling", "partner", "child"}
_SCHEMATA = {
    "pole.nominal": "Person",
    "pole.location": "Address",
    "objects.organisation": "Organization",
    "objects.vehicle": "Vehicle",
}
_EVENTS = ("investigation.", "exchange.")
_GENDER = {"M": "male", "F": "female"}


def begin() -> bytes:
    """Nothing stands before the first line."""
    return b""


def written(part: Part) -> bytes:
    """Some records and links, a line each."""
    lines = [*map(_entity, part.records), *map(_link, part.links)]
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def end(sha256: str) -> bytes:
    """Nothing stands behind the last line."""
    return b""


def _entity(record: Any) -> dict[str, Any]:
    schema = _SCHEMATA.get(record.kind) or ("Event" if record.kind.startswith(_EVENTS) else "Asset")
    own = dict(_properties(record, schema))
    return {
        "id": f"peel-{record.pk}",
        "schema": schema,
        "properties": {name: texts for name, texts in own.items() if texts},
    }


def _properties(record: Any, schema: str) -> Iterator[tuple[str, list[str]]]:
    """The properties of a record by its schema; those without a value are dropped later."""
    if schema == "Person":
        yield from _person(record)
        return
    yield "name", [record.title]
    yield "notes", [text for text in (getattr(record, "summary", ""),) if text]
    if schema == "Address":
        yield "full", [record.title]
        yield "street", [record.street] if record.street else []
        yield "city", [record.town] if record.town else []
        yield "postalCode", [record.postcode] if record.postcode else []
        for name in ("longitude", "latitude"):
            value = getattr(record, name)
            yield name, [str(value)] if value is not None else []
    elif schema == "Event":
        dates = [getattr(record, name, None) for name in ("committed_from", "happened_from")]
        began = next(filter(None, dates), None)
        yield "startDate", [text for text in (day(began),) if text]
        yield "recordId", [record.reference]
    elif schema == "Vehicle":
        for name, ours in (("registrationNumber", "vrm"), ("model", "model")):
            yield name, [str(text) for text in (getattr(record, ours, ""),) if text]


def _person(nominal: Any) -> Iterator[tuple[str, list[str]]]:
    names = holding(nominal.names)
    spoken = [" ".join(filter(None, (n.given_names, n.family_name))) for n in names]
    yield "name", spoken[:1] or [nominal.title]
    yield "alias", spoken[1:]
    yield "firstName", [nominal.given_names] if nominal.given_names else []
    yield "lastName", [nominal.family_name] if nominal.family_name else []
    births = [day(row.date_of_birth) for row in holding(nominal.dates_of_birth)]
    yield "birthDate", [text for text in dict.fromkeys(births) if text]
    yield "gender", [_GENDER[nominal.sex]] if nominal.sex in _GENDER else []
    numbers = holding(nominal.identifiers)
    yield "passportNumber", [row.value for row in numbers if row.kind == "PASSPORT"]
    yield "idNumber", [row.value for row in numbers if row.kind != "PASSPORT"]
    contacts = holding(nominal.contacts)
    yield "email", [row.value for row in contacts if row.kind == "email"]
    yield "phone", [row.value for row in contacts if row.kind in ("mobile", "home", "work")]


def _link(link: Link) -> dict[str, Any]:
    people = {link.from_record.kind, link.to_record.kind} == {"pole.nominal"}
    schema, first, second, words = "UnknownLink", "subject", "object", "role"
    if people and link.type_id in _FAMILY:
        schema, first, second, words = "Family", "person", "relative", "relationship"
    elif people:
        schema, first, second, words = "Associate", "person", "associate", "relationship"
    properties = {
        first: [f"peel-{link.from_record_id}"],
        second: [f"peel-{link.to_record_id}"],
        words: [link.type.forward],
        "startDate": [text for text in (day(link.starts),) if text],
        "endDate": [text for text in (day(link.ends),) if text],
    }
    kept = {name: texts for name, texts in properties.items() if texts}
    return {"id": f"peel-{link.pk}", "schema": schema, "properties": kept}
