"""JSON in the manner of NIEM: names of NIEM Core and Justice, as JSON-LD, one graph.

Source: NIEM 5.0, namespaces niem-core and domains/jxdm. "In the manner of": the names are NIEM's,
no exchange package has been agreed with anybody, so nothing is validated against one.
"""

import json
from typing import Any

from peel.kernel.access.markings import Marking
from peel.pole.models import Link
from peel.services.exchange.sharing.gathering import Part, day, holding

MEDIA_TYPE, SUFFIX = "application/ld+json", "niem.json"
CONTEXT = {
    "nc": "http://release.niem.gov/niem/niem-core/5.0/#",
    "j": "http://release.niem.gov/niem/domains/jxdm/7.0/#",
}
_TYPES = {
    "pole.nominal": "nc:Person",
    "pole.location": "nc:Location",
    "objects.organisation": "nc:Organization",
    "objects.vehicle": "nc:Vehicle",
    "investigation.crime": "j:Offense",
    "investigation.incident": "nc:Incident",
    "exchange.outsideevent": "nc:Activity",
}


def begin() -> bytes:
    """The context, and the beginning of the graph."""
    return f'{{"@context": {json.dumps(CONTEXT)},\n"@graph": ['.encode()


def written(part: Part) -> bytes:
    """Some records and links, each an object of the graph."""
    found = [*map(_thing, part.records), *map(_association, part.links)]
    return b"".join(b"\n" + json.dumps(one, ensure_ascii=False).encode() + b"," for one in found)


def end(sha256: str) -> bytes:
    """The last object says that the file is whole; without it it was cut off."""
    whole = {"@type": "nc:Metadata", "nc:CommentText": "Whole", "sha256OfWhatStandsBefore": sha256}
    return b"\n" + json.dumps(whole).encode() + b"\n]}\n"


def _thing(record: Any) -> dict[str, Any]:
    kind = _TYPES.get(record.kind, "nc:Item")
    found: dict[str, Any] = {
        "@id": f"urn:uuid:{record.pk}",
        "@type": kind,
        "nc:SystemIdentification": {"nc:IdentificationID": record.reference},
        "nc:SecurityMarkingText": str(Marking(record.marking).label),
    }
    if kind == "nc:Person":
        return found | _person(record)
    if kind == "nc:Location":
        return found | _location(record)
    found[f"{kind}NameText" if kind == "nc:Activity" else "nc:DescriptionText"] = record.title
    for name in ("committed_from", "happened_from"):
        if text := day(getattr(record, name, None)):
            found["nc:ActivityDate"] = {"nc:Date": text}
    return found


def _person(nominal: Any) -> dict[str, Any]:
    names = [
        {"nc:PersonGivenName": n.given_names, "nc:PersonSurName": n.family_name,
         "nc:PersonNameCategoryText": n.get_kind_display()}
        for n in holding(nominal.names)
    ]  # fmt: skip
    births = [day(row.date_of_birth) for row in holding(nominal.dates_of_birth)]
    numbers = [
        {"nc:IdentificationID": row.value, "nc:IdentificationCategoryText": row.get_kind_display()}
        for row in holding(nominal.identifiers)
    ]
    found = {
        "nc:PersonName": names,
        "nc:PersonBirthDate": [{"nc:Date": text} for text in dict.fromkeys(births) if text],
        "nc:PersonSexText": nominal.get_sex_display(),
        "nc:PersonOtherIdentification": numbers,
    }
    return {name: value for name, value in found.items() if value}


def _location(place: Any) -> dict[str, Any]:
    address = {
        "nc:AddressFullText": place.title,
        "nc:LocationCityName": place.town,
        "nc:LocationPostalCode": place.postcode,
    }
    found: dict[str, Any] = {"nc:Address": {n: text for n, text in address.items() if text}}
    if place.longitude is not None:
        found["nc:Location2DGeospatialCoordinate"] = {
            "nc:GeographicCoordinateLatitude": place.latitude,
            "nc:GeographicCoordinateLongitude": place.longitude,
        }
    return found


def _association(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": f"urn:uuid:{link.pk}",
        "@type": "nc:Association",
        "nc:AssociationDescriptionText": link.type.forward,
        "nc:AssociationFirst": {"@id": f"urn:uuid:{link.from_record_id}"},
        "nc:AssociationSecond": {"@id": f"urn:uuid:{link.to_record_id}"},
    }
    for name, date in (("Start", link.starts), ("End", link.ends)):
        if text := day(date):
            found[f"nc:Association{name}Date"] = {"nc:Date": text}
    return found
