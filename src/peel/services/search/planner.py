"""One box, one answer: the arms are asked, hits are brought together, links let them speak for one
another, and the best comes first with its reasons. Call within `speaking`.

Everything counted here was visible to the caller before it was counted.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from peel.pole.identity.api import seen_clusters
from peel.services.search import arms, engine, misspelt, nearby
from peel.services.search.asked import PersonHit, PersonQuery
from peel.services.search.hits import NOMINAL, VEHICLE, Hit, readings
from peel.services.search.scoring import NUMBER, POSTCODE
from peel.services.search.tokens import Asked
from peel.services.search.words import words

MOST_PERSONS, MOST_SEEN, SEEDS = 40, 50, 30
TEXT, PART, INSIDE, SEEN, LINKED = 30.0, 60.0, 45.0, 8.0, 25.0
# What a person whose name does not fit at all must have besides to be a hit.
LEAST, NAMED = 30.0, 80.0


@dataclass
class Answer:
    """All hits, best first, and how many there are by kind; `more` kinds have more than counted."""

    asked: Asked
    hits: list[Hit]
    counts: dict[str, int]
    more: frozenset[str] = frozenset()


def search(asked: Asked, kinds: Collection[str]) -> Answer:
    """What fits a question, of these kinds."""
    found: dict[UUID, Hit] = {}
    for number in arms.numbers(asked, kinds):
        _add_number(found, asked, number)
    persons = _add_persons(found, asked) if NOMINAL in kinds else []
    # Where the words are somebody's name, they are not looked for in what is told of people.
    named = any("name" in person.fields and person.score >= NAMED for person in persons)
    among = [kind for kind in kinds if not (named and kind == NOMINAL)]
    by_text = arms.texts(asked.words, among, whole=asked.soft)
    for text in by_text:
        hit = found.setdefault(text.record_id, Hit(text.record_id, text.kind))
        hit.add(TEXT * (0.5 + min(text.rank, 0.5)), "holds all the words")
        hit.spoken.add("text")
    # What is somebody's name, or asked for with a date of birth, is not read as another word.
    as_typed = by_text or ((named or asked.born) and not asked.soft)
    more = set() if as_typed else _add_misspelt(found, asked, kinds)
    for key, kind, around in arms.files(asked.words, kinds):
        hit = found.setdefault(key, Hit(key, kind))
        hit.add(TEXT * 0.8, f"in a file: {' '.join(around.split())}")
        hit.spoken.add("text")
    _by_cluster(found)
    if (asked.colours or asked.makes) and _add_vehicles(found, asked, kinds):
        more.add(VEHICLE)
    nearby.add(found, asked, kinds)
    # Nothing is left to be told of by a link where somebody's name holds all that was asked.
    if not (_words_only(asked) and any(person.whole for person in persons)):
        _reinforce(found, asked, kinds)
    hits = sorted(_kept(found.values()), key=lambda hit: (-round(hit.points, 3), hit.record_id))
    if len(persons) >= MOST_PERSONS:
        more.add(NOMINAL)
    return _counted(asked, hits, by_text, more)


def _kept(hits: Collection[Hit]) -> list[Hit]:
    """Without persons who fit far worse than the best."""
    best = max((hit.points for hit in hits if hit.kind == NOMINAL), default=0.0)
    least = max(LEAST, 0.25 * best)
    return [
        hit for hit in hits
        if hit.kind != NOMINAL or hit.points >= least or hit.spoken & {"text", "near"}
    ]  # fmt: skip


def _add_misspelt(found: dict[UUID, Hit], asked: Asked, kinds: Collection[str]) -> set[str]:
    """Add what holds words like these; gives the kinds of which there may be more."""
    read = misspelt.find(asked.words, kinds)
    for each in read:
        hit = found.setdefault(each.record_id, Hit(each.record_id, each.kind))
        hit.add(TEXT * 0.8 * each.likeness, each.reason)
        hit.spoken.add("text")
    return {each.kind for each in read} if len(read) >= misspelt.MOST_HITS else set()


def _add_number(found: dict[UUID, Hit], asked: Asked, number: arms.NumberHit) -> None:
    hit = found.setdefault(number.record_id, Hit(number.record_id, number.kind))
    if number.value in asked.postcodes:
        hit.add(POSTCODE if number.kind == NOMINAL else NUMBER, f"postcode {number.value}")
    elif number.fit == arms.WHOLE and number.value in asked.marks[1:]:
        hit.add(NUMBER * 0.9, f"{number.value}: letters and digits that are taken for one another")
    elif number.fit == arms.WHOLE:
        hit.add(NUMBER, f"number {number.value}")
    elif number.fit == arms.INSIDE:
        hit.add(INSIDE, f"{number.value} holds what is known of the mark")
    else:
        hit.add(PART, f"{number.value} fits what is known of the number")


def _add_persons(found: dict[UUID, Hit], asked: Asked) -> list[PersonHit]:
    names = asked.names or asked.soft
    if not names and asked.born is None:
        return []
    query = PersonQuery(names=" ".join(names), born=asked.born)
    persons = engine.people(query, limit=MOST_PERSONS)
    for person in persons:
        hit = found.setdefault(person.record_id, Hit(person.record_id, NOMINAL))
        hit.points += person.score
        hit.reasons[:0] = [r for r in person.reasons if r not in hit.reasons]
    return persons


def _by_cluster(found: dict[UUID, Hit]) -> None:
    """Records that are one person become one hit, under the canonical one."""
    persons = [key for key, hit in found.items() if hit.kind == NOMINAL]
    clusters = seen_clusters(persons) if persons else {}
    for key in persons:
        canonical = clusters[key][0] if key in clusters else key
        if canonical == key:
            continue
        hit = found.pop(key)
        held = found.setdefault(canonical, Hit(canonical, NOMINAL))
        held.points = max(held.points, hit.points)
        held.reasons.extend(r for r in hit.reasons if r not in held.reasons)
        held.spoken |= hit.spoken


def _add_vehicles(found: dict[UUID, Hit], asked: Asked, kinds: Collection[str]) -> bool:
    """Vehicles of the colour and make: those found by their mark are worth more for it, and
    without a mark they are found by it. Gives whether there may be more than were looked at.
    """
    if VEHICLE not in kinds:
        return False
    if not (asked.marks or asked.patterns or asked.inside):
        some = arms.texts_seen(asked.soft, [VEHICLE], MOST_SEEN)
        for text in some:
            hit = found.setdefault(text.record_id, Hit(text.record_id, VEHICLE))
            hit.add(SEEN * len(asked.soft), " ".join(asked.soft).lower())
        return len(some) == MOST_SEEN
    vehicles = [key for key, hit in found.items() if hit.kind == VEHICLE]
    for key, caption in arms.captions(vehicles).items():
        for word in set(asked.soft) & set(words(caption)):
            found[key].add(SEEN, word.lower())
    return False


def _reinforce(found: dict[UUID, Hit], asked: Asked, kinds: Collection[str]) -> None:
    """Let what a person is linked to speak for her, one link on."""
    if NOMINAL not in kinds or (len(asked.words) < 2 and _words_only(asked)):
        return
    order = sorted(found.values(), key=lambda hit: (-hit.points, hit.record_id))
    home = _records_of(hit.record_id for hit in order[:MOST_PERSONS] if hit.kind == NOMINAL)
    things = [hit.record_id for hit in order if hit.kind != NOMINAL and hit.points >= INSIDE]
    # A number that fits many things leads to nobody in particular.
    if len(things) <= SEEDS:
        home |= _meet(found, asked, things, home)
    said = readings() if home else {}
    for link in arms.neighbours(home, [kind for kind in kinds if kind != NOMINAL]):
        _speak(found[home[link.record_id]], asked, link, found, said)


def _records_of(persons: Iterable[UUID]) -> dict[UUID, UUID]:
    """Every record of these persons, with the canonical one."""
    ids = list(persons)
    clusters = seen_clusters(ids) if ids else {}
    return {member: clusters[key][0] if key in clusters else key
            for key in ids for member in clusters.get(key, (key,))}  # fmt: skip


def _meet(
    found: dict[UUID, Hit], asked: Asked, things: list[UUID], home: dict[UUID, UUID]
) -> dict[UUID, UUID]:
    """Persons to whom only a thing that was found leads: judged as if found by name."""
    near = arms.neighbours(things, [NOMINAL])
    fresh = list(dict.fromkeys(link.other_id for link in near if link.other_id not in home))
    whole = _records_of(fresh[: 2 * SEEDS])
    query = PersonQuery(names=" ".join(asked.names), born=asked.born)
    names = engine.names_of(query)
    for detail in engine.details(list(whole)):
        score, key = engine.judge(query, names, detail), whole[detail.record_id]
        hit = found.setdefault(key, Hit(key, NOMINAL))
        if score.points > hit.points:
            hit.points, hit.reasons = score.points, [*score.reasons]
    return {member: key for member, key in whole.items() if key in found}


def _words_only(asked: Asked) -> bool:
    """Whether the question holds nothing but words that may be a name."""
    known = (asked.districts, asked.patterns, asked.inside, asked.marks, asked.numbers, asked.ends,
             asked.postcodes)  # fmt: skip
    return not any(known) and set(asked.words) <= set(asked.names)


def _speak(
    hit: Hit, asked: Asked, link: arms.Neighbour, found: dict[UUID, Hit],
    said: dict[str, tuple[str, str]],
) -> None:  # fmt: skip
    points, other, held = 0.0, found.get(link.other_id), set(words(link.caption))
    if other and other.points >= INSIDE and "number" not in hit.spoken:
        hit.spoken.add("number")
        points += min(other.points, NUMBER) * 0.7
    for word in {*asked.words, *asked.districts} & held - hit.spoken:
        hit.spoken.add(word)
        points += SEEN if word in asked.soft else LINKED
    if points:
        reading = said.get(link.type, (link.type, link.type))[0 if link.outward else 1]
        hit.add(points, f"{reading} {link.caption}".strip())


def _counted(asked: Asked, hits: list[Hit], by_text: list[arms.TextHit], more: set[str]) -> Answer:
    """How many of each kind: what is held here, and what there is by words beyond that."""
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
    listed: dict[str, int] = {}
    totals: dict[str, int] = {}
    for text in by_text:
        listed[text.kind] = listed.get(text.kind, 0) + 1
        totals[text.kind] = text.total
    for kind, total in totals.items():
        counts[kind] = counts.get(kind, 0) + total - listed[kind]
    if sum(totals.values()) >= arms.COUNTED:
        more |= set(totals)
    return Answer(asked, hits, counts, frozenset(more))
