"""The page of a person over every source record that the reader may see."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDate
from peel.machine.pages.reading import reading
from peel.machine.pages.records import page_of
from peel.machine.registry import sheet_of
from peel.pole.facts.held import held
from peel.pole.facts.kinds import FACTS, LIFE, LOOKS, PERSON
from peel.pole.facts.panels import act, sort_of, source_of
from peel.pole.facts.survivorship import BIRTH, NAME, Golden, golden_view
from peel.pole.identity.api import together
from peel.pole.models import (
    Nominal,
    NominalContact,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalMark,
    NominalName,
    Pin,
)
from peel.pole.person.around import around

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_SECTIONS = {NAME: PERSON, BIRTH: PERSON} | {kind.name: kind.section for kind in FACTS.values()}
_ADDS = (
    ("a name", "add-name"), ("a date of birth", "add-date-of-birth"), ("a fact", "add-fact"),
    ("a mark, scar or tattoo", "add-mark"), ("a contact", "add-contact"),
    ("an identifier", "add-identifier"),
)  # fmt: skip
SIDE = ("images", "map")
"""Panels of other modules that stand beside the facts instead of below them."""


@dataclass(frozen=True)
class Said:
    """A fact as it is shown: its words, its source, and where it is pinned."""

    words: str
    source: str
    sort: str = ""
    pin: str = ""


@dataclass(frozen=True)
class Line:
    """One golden fact: what stands for the person and why, and what was said besides."""

    title: str
    shown: tuple[Said, ...]
    why: str
    others: tuple[Said, ...] = ()
    pinned: bool = False
    unpin: str = ""


@reading
def show_person(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The page of a nominal: of the whole person, or with `source` of that source record alone."""
    more = partial(person, alone="source" in request.GET)
    return page_of(request, sheet_of("pole.nominal"), reference, "pole/person.html", more)


def person(nominal: Nominal, identity: "Identity", *, alone: bool = False) -> dict[str, Any]:
    """What is known of the person, and what the page shows beside."""
    ids = (nominal.pk,) if alone else together(nominal)
    may = identity.may("pole.nominal.edit")
    lines = golden_lines(nominal, ids, pins=identity.may("pole.nominal.pin"))
    return {
        "side": SIDE,
        "sections": [],
        "members": len(ids),
        "facts": [(title, lines[title]) for title in (PERSON, LOOKS, LIFE) if lines.get(title)],
        "lists": [each for each in _lists(nominal, ids) if each[1]],
        "ties": around(ids, identity),
        "links_url": reverse("pole-nominal-panel", args=[nominal.reference, "links"]),
        "description": nominal.description,
        "adds": [(noun, act(nominal, slug)) for noun, slug in _ADDS] if may else [],
    }


def _holding(nominal: Nominal, model: type[Any], ids: tuple[UUID, ...]) -> list[Any]:
    facts = held(nominal, model)
    return [fact for fact in facts if fact.ended_at is None and fact.nominal_id in ids]


def golden_lines(nominal: Nominal, ids: tuple[UUID, ...], *, pins: bool) -> dict[str, list[Line]]:
    """The golden facts over all source records, by section, in the declared order."""
    view = golden_view(
        *(
            _holding(nominal, model, ids)
            for model in (NominalName, NominalDateOfBirth, NominalFact, Pin)
        )
    )
    found: dict[str, list[Line]] = {}
    for what, golden in view.facts.items():
        line = _line(what, golden, pins=pins)
        found.setdefault(_SECTIONS.get(what, PERSON), []).append(line)
    return found


def _line(what: str, golden: Golden, *, pins: bool) -> Line:
    pinnable = pins and not (what in FACTS and FACTS[what].many)
    unpin = golden.pin if golden.pin is not None and pins else None
    return Line(
        golden.title,
        tuple(_said(fact) for fact in golden.shown),
        golden.why,
        tuple(_said(fact, pins=pinnable) for fact in golden.others),
        pinned=golden.pin is not None,
        unpin=act(unpin.nominal, "end-fact", which=unpin.pk) if unpin else "",
    )


def _said(fact: Any, *, pins: bool = False) -> Said:
    return Said(
        words(fact),
        source_of(fact),
        sort_of(fact) if isinstance(fact, NominalName) else "",
        act(fact.nominal, "pin-fact", which=fact.pk) if pins else "",
    )


def words(fact: Any) -> str:
    """A fact as the page says it: a name as it is spoken, a date of birth with the age."""
    if isinstance(fact, NominalName):
        return f"{fact.given_names} {fact.family_name}".strip()
    if isinstance(fact, NominalDateOfBirth):
        return f"{fact} ({age(fact.date_of_birth)})" if age(fact.date_of_birth) else str(fact)
    return str(fact)


def age(born: PartialDate) -> str:
    """The age today in words: "46", "45 or 46", "40 to 46"; none where there is no telling."""
    least, most = born.age_at(clock.today())
    if most is None or most - least > 20:
        return ""
    if least == most:
        return f"aged {least}"
    return f"aged {least} or {most}" if most - least == 1 else f"aged {least} to {most}"


def _lists(nominal: Nominal, ids: tuple[UUID, ...]) -> list[tuple[str, list[Said]]]:
    """What there may be several of: contacts, identifiers, marks."""
    return [
        (title, [_said(fact) for fact in _holding(nominal, model, ids)])
        for title, model in (
            ("Contacts", NominalContact),
            ("Identifiers", NominalIdentifier),
            ("Marks, scars and tattoos", NominalMark),
        )
    ]
