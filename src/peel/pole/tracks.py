"""What timelines tell of POLE: names, dates of birth and identifiers of a nominal; links of any."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from peel.kernel.audit import looks
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.queries.finding import kinds_to_view
from peel.machine.sheets import Told, Track
from peel.pole.models import (
    Link,
    Marker,
    Nominal,
    NominalContact,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalMark,
    NominalName,
    Pin,
)

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def told(title: str, words: str, before: str, now: Any) -> Told:
    """Added, ended or changed: by whom and when the fact itself says so, and in which record."""
    source = f"Said in {now.asserted_in.reference}" if now.asserted_in_id else ""
    if now.ended_at:
        after = f"Ended: {now.end_reason}" if now.end_reason else "Ended"
        return Told(f"{title} ended", now.ended_at, now.ended_by_id, before or words, after, source)
    if before and getattr(now, "changed_at", None):
        return Told(f"{title} changed", now.changed_at, now.changed_by_id, before, words, source)
    done = "changed" if before else "added"
    return Told(f"{title} {done}", now.asserted_at, now.asserted_by_id, before, words, source)


def _facts(title: str, name: str, model: type[Any], words: Any) -> Track:
    def rows(versions: Any, record: Any, identity: "Identity") -> Any:
        return versions.filter(nominal_id=record.pk).select_related("asserted_in")

    def tell(now: Any, before: Any) -> Told:
        return told(title, words(now), words(before) if before else "", now)

    return Track(name, title, model, rows, tell)


def _of_model(model: type[Any]) -> Any:
    """How the fact itself reads, asked of a row of its versions, which has the same columns."""

    def words(version: Any) -> str:
        columns = [field.attname for field in model._meta.concrete_fields]
        fact = model(**{name: getattr(version, name) for name in columns})
        kind = fact.get_kind_display() if hasattr(fact, "get_kind_display") else ""
        text = str(fact)
        return f"{text} ({kind.lower()})" if kind and kind not in text else text

    return words


def _links(versions: Any, record: Any, identity: "Identity") -> Any:
    kinds = kinds_to_view(identity)
    return versions.filter(
        Q(from_record_id=record.pk) | Q(to_record_id=record.pk),
        from_record__kind__in=kinds,
        to_record__kind__in=kinds,
    ).select_related("type", "from_record", "to_record", "asserted_in")


def _link(now: Any, before: Any) -> Told:
    return told("Link", _reading(now), _reading(before) if before else "", now)


def _reading(link: Any) -> str:
    """A link as it reads from its first end. Both are named, so both were looked at."""
    looks.note((link.from_record_id, link.to_record_id))
    when = " to ".join(str(date) for date in (link.starts, link.ends) if date)
    ends = f"{link.from_record.title} {link.type.forward} {link.to_record.reference}"
    graded = f"graded {link.source}{link.assessment}{link.handling}" if link.source else ""
    sure = "" if link.confirmed else "unconfirmed"
    more = ", ".join(part for part in (when, sure, graded) if part)
    return f"{ends} {link.to_record.title}" + (f" ({more})" if more else "")


for _track in (
    _facts("Name", "names", NominalName, _of_model(NominalName)),
    _facts("Date of birth", "dates-of-birth", NominalDateOfBirth, _of_model(NominalDateOfBirth)),
    _facts("Identifier", "identifiers", NominalIdentifier, _of_model(NominalIdentifier)),
    _facts("Fact", "facts", NominalFact, _of_model(NominalFact)),
    _facts("Mark", "marks", NominalMark, _of_model(NominalMark)),
    _facts("Contact", "contacts", NominalContact, _of_model(NominalContact)),
    _facts("Choice", "pins", Pin, _of_model(Pin)),
):
    registry.register_track(Nominal, _track)
registry.register_track(
    Record, Track("links", "Link", Link, _links, _link, permission="pole.link.view")
)


def _markers(versions: Any, record: Any, identity: "Identity") -> Any:
    return versions.filter(record_id=record.pk).select_related("asserted_in", "type")


def _marker(now: Any, before: Any) -> Told:
    def words(marker: Any) -> str:
        return f"{marker.type}: {marker.reason}"

    return told("Marker", words(now), words(before) if before else "", now)


registry.register_track(
    Record, Track("markers", "Marker", Marker, _markers, _marker, permission="pole.marker.view")
)
