""" "Within 500 m of": what lies there, and what is linked to it. Call within `speaking`."""

from collections.abc import Collection
from uuid import UUID

from peel.kernel.places.queries import FARTHEST, within
from peel.services.search import arms, tokens
from peel.services.search.centres import centre
from peel.services.search.hits import Hit, readings

MOST_PLACES, EACH, AT, BY_LINK = 100, 20, 60.0, 40.0


def add(found: dict[UUID, Hit], asked: tokens.Asked, kinds: Collection[str]) -> None:
    """Add what lies within the distance asked for, the nearest worth most."""
    if asked.near is None:
        return
    metres, text = min(asked.near[0], FARTHEST), asked.near[1]
    place = centre(text)
    if place is None:
        asked.slip = (
            f"No place that you can see and that is on the map fits “{text}”."
            " Try a street with its town, or the postcode of somewhere near."
        )
        return
    asked.slip = asked.slip or place.note
    near = {n.record_id: n.metres for n in
            within(place.easting, place.northing, metres, limit=MOST_PLACES)}  # fmt: skip
    for key, kind in arms.kinds(near).items():
        if kind in kinds:
            share = 1 - near[key] / (metres + 1)
            hit = found.setdefault(key, Hit(key, kind))
            hit.add(AT * (0.5 + share / 2), f"{near[key]:,.0f} metres from {place.said}")
    said = readings()
    for link in arms.neighbours(near, kinds, each=EACH):
        if link.other_id not in near:
            share = 1 - near[link.record_id] / (metres + 1)
            reading = said.get(link.type, (link.type, link.type))[1 if link.outward else 0]
            hit = found.setdefault(link.other_id, Hit(link.other_id, link.kind))
            if "near" not in hit.spoken:
                hit.spoken.add("near")
                reason = f"{reading} a place {near[link.record_id]:,.0f} metres from {place.said}"
                hit.add(BY_LINK * (0.5 + share / 2), reason)
