"""The demo's invented town: families, homes, vehicles, telephones and who knows whom.

Made from a seed and a day, without the database; `settling` brings it in. Who is who in a household
and how old comes first, the rest follows from it.
"""

import datetime
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from peel.site.demo.again import again, times
from peel.site.demo.names import STREETS
from peel.site.demo.numbers import Numbers

_COMMON = tomllib.loads(Path(__file__).with_name("common_names.toml").read_text("utf-8"))
MEN, WOMEN, FAMILIES, NICKNAMES = (
    _COMMON[name].split() for name in ("men", "women", "families", "nicknames")
)
WORK = _COMMON["work"].strip().splitlines()
PARTS, PEOPLE = 8, 8200
# The gazetteer and the story have the lower ones.
FIRST_HOUSE = 200
HUB_ASSOCIATES, CALLED = 520, 400
ROLES = ("suspect", "suspect", "suspect", "victim", "victim", "witness", "involved")
MARKERS = (
    ("violent", "Struck an officer during an arrest"), ("weapons", "Carried a knife when searched"),
    ("drugs", "Known to deal from the address"), ("mental_health", "Under a care plan"),
    ("self_harm", "Cut an arm in custody"), ("vulnerable", "Lives alone and has been cuckooed"),
    ("domestic", "Named in repeated reports"), ("wanted", "Failed to appear at court"),
    ("interpreter", "Speaks little English"), ("ailment", "Carries an adrenaline pen"),
)  # fmt: skip
CARS = (("Ford", "Focus"), ("Ford", "Transit"), ("Vauxhall", "Corsa"), ("Toyota", "Yaris"),
        ("Nissan", "Qashqai"), ("BMW", "320i"), ("Kia", "Picanto"))  # fmt: skip
COLOURS = ("black", "blue", "grey", "red", "silver", "white", "green")
HAIR = ("BLACK", "BROWN", "DARK_BROWN", "LIGHT_BROWN", "BLOND")
BUILDS = ("SMALL", "THIN", "MEDIUM", "ATHLETIC", "HEAVY", "LARGE")
SCARS = (("scar", "left", "over the eyebrow"), ("tattoo", "right", "a heron in blue"),
         ("tattoo", "left", "three stars"), ("scar", "right", "5 cm, straight"))  # fmt: skip
_TRADES = {
    "company": ("Bakery", "Motors", "Care Home", "Logistics", "Stores", "Laundry", "Builders"),
    "gang": ("Crew", "Boys", "Set"),
}


@dataclass(eq=False, slots=True)
class Thing:
    """A record to be: which kind, and its fields."""

    kind: str
    values: dict[str, object]


@dataclass(eq=False, slots=True)
class Person:
    """A nominal to be, with what is said of it."""

    family: str
    given: str
    sex: str
    born: datetime.date
    written: str = ""
    home: Thing | None = None
    names: list[tuple[str, str, str]] = field(default_factory=list)
    births: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    marks: list[tuple[str, str, str]] = field(default_factory=list)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    markers: list[tuple[str, str]] = field(default_factory=list)


End = Person | Thing


@dataclass(slots=True)
class Tie:
    """A link to be; `second` may be the place of a crime in the list of real ones."""

    type: str
    first: End
    second: "End | int"
    starts: str = ""
    ends: str = ""
    note: str = ""
    confirmed: bool = False


@dataclass
class Part:
    """A part of the town: what comes in together."""

    people: list[Person] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    same: list[tuple[Person, Person, str]] = field(default_factory=list)


class Town:
    """Draws the town, part by part; the same for the same seed, day and number of crimes."""

    def __init__(self, seed: int, today: datetime.date, crimes: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a story, not a secret
        self.today, self.crimes = today, crimes
        self.numbers = Numbers(self.chance)
        self._houses = 0
        self._firms: dict[str, int] = {}

    def parts(self, people: int = PEOPLE) -> Iterator[Part]:
        """Every part in turn."""
        share = people // PARTS
        for number in range(PARTS):
            part = Part()
            while len(part.people) < share:
                self._household(part)
            self._lives(part)
            if number == 0:
                self._hub(part)
            yield part

    # Households ---------------------------------------------------------------------------

    def _household(self, part: Part) -> None:
        chance, family = self.chance, self.chance.choice(FAMILIES)
        home = self._house(part)
        grown = self._person(part, family, home, chance.randint(22, 74))
        adults = [grown]
        if chance.random() < 0.55:
            adults.append(self._partner(part, grown, home))
        if chance.random() < 0.6:
            self._children(part, adults, home)
        if chance.random() < 0.25 and self._age(grown) < 55:
            self._grandparents(part, adults[0])
        before = self._house(part) if chance.random() < 0.35 else None
        for one in [p for p in part.people[-8:] if p.home is home]:
            since = self.today.year - chance.randint(0, min(8, self._age(one)))
            part.ties.append(Tie("home", one, home, str(since), confirmed=True))
            if before and since > one.born.year:
                began = str(max(one.born.year, since - chance.randint(1, 6)))
                part.ties.append(Tie("previous_home", one, before, began, str(since)))

    def _house(self, part: Part) -> Thing:
        self._houses += 1
        street = STREETS[self._houses % len(STREETS)]
        flat = f"Flat {self._houses % 9 + 1}" if self._houses % 3 == 0 else ""
        number = str(self._houses // len(STREETS) + FIRST_HOUSE)
        made = {"paon": number, "saon": flat, "street": street, "town": "Thamesmarch"}
        home = Thing("place", dict(made))
        part.things.append(home)
        return home

    def _age(self, one: Person) -> int:
        return self.today.year - one.born.year

    def _person(
        self, part: Part, family: str, home: Thing | None, age: int, sex: str = ""
    ) -> Person:
        chance = self.chance
        sex = sex or chance.choice("MF")
        day = self.today.timetuple().tm_yday
        born = datetime.date(self.today.year - age, 1, 1)
        born += datetime.timedelta(days=chance.randrange(max(1, min(day, 360))))
        given = chance.choice(MEN if sex == "M" else WOMEN)
        if chance.random() < 0.3:
            given += f" {chance.choice(MEN if sex == 'M' else WOMEN)}"
        one = Person(family, given, sex, born, home=home)
        one.written = chance.choice((*(born.isoformat(),) * 6, str(born.year)))
        part.people.append(one)
        return one

    def _partner(self, part: Part, one: Person, home: Thing) -> Person:
        chance = self.chance
        age = max(19, self._age(one) + chance.randint(-6, 6))
        sex = "FM"[one.sex == "F"] if chance.random() < 0.95 else one.sex
        other = self._person(part, one.family, home, age, sex)
        if chance.random() < 0.6:
            other.names.append(("birth", chance.choice(FAMILIES), other.given))
        else:
            other.family = chance.choice(FAMILIES)
        since = self.today.year - chance.randint(0, min(20, age - 18))
        part.ties.append(Tie("partner", one, other, str(since)))
        return other

    def _children(self, part: Part, adults: list[Person], home: Thing) -> None:
        chance = self.chance
        youngest = min(self._age(one) for one in adults)
        children: list[Person] = []
        for _ in range(chance.choice((1, 1, 2, 2, 3))):
            age = youngest - chance.randint(19, 38)
            if age < 0:
                continue
            here = home if age < 24 else None
            children.append(self._person(part, adults[0].family, here, age))
        for child in children:
            if child.home is None:
                child.home = self._house(part)
                part.ties.append(Tie("home", child, child.home, str(self.today.year - 1)))
                part.ties.append(
                    Tie(
                        "previous_home", child, home, str(child.born.year), str(self.today.year - 1)
                    )
                )
            part.ties += [Tie("parent", one, child) for one in adults]
        for at, child in enumerate(children):
            part.ties += [Tie("sibling", child, other) for other in children[at + 1 :]]

    def _grandparents(self, part: Part, one: Person) -> None:
        home = self._house(part)
        elder = self._person(part, one.family, home, self._age(one) + self.chance.randint(21, 36))
        part.ties.append(Tie("home", elder, home, str(elder.born.year + 35)))
        part.ties.append(Tie("parent", elder, one))

    # What they do -------------------------------------------------------------------------

    def _lives(self, part: Part) -> None:
        grown = [one for one in part.people if self._age(one) >= 17]
        employers = [self._organisation(part, "company") for _ in range(12)]
        gangs = [self._organisation(part, "gang") for _ in range(2)]
        phones: list[Thing] = []
        for one in part.people:
            self._looks(one)
        for one in grown:
            if self.chance.random() < 0.35:
                part.ties.append(Tie("employee", one, self.chance.choice(employers)))
            if self.chance.random() < 0.3:
                self._vehicle(part, one)
            if self.chance.random() < 0.4:
                phones.append(self._phone(part, one))
        known = self.chance.sample(grown, len(grown) // 3)
        for one in known:
            self._record(part, one)
        for gang in gangs:
            members = self.chance.sample(known, 14)
            part.ties += [Tie("gang_member", one, gang) for one in members]
            self._associates(part, members, 30)
        self._associates(part, known, len(known) * 2)
        self._calls(part, phones)
        self._twice(part, known)
        self._again(part, known[6:])

    def _organisation(self, part: Part, kind: str) -> Thing:
        name = f"{self.chance.choice(STREETS)} {self.chance.choice(_TRADES[kind])}"
        self._firms[name] = self._firms.get(name, 0) + 1
        name += f" {self._firms[name]}" if self._firms[name] > 1 else ""
        made = Thing("organisation", {"name": name, "organisation_kind": kind})
        made.values["name_key"] = "".join(c for c in name.casefold() if c.isalnum())
        part.things.append(made)
        return made

    def _looks(self, one: Person) -> None:
        chance = self.chance
        if chance.random() < 0.4:
            one.facts += [("hair_colour", chance.choice(HAIR)), ("build", chance.choice(BUILDS))]
            if self._age(one) > 16:
                one.facts.append(("height", str(chance.randint(152, 194))))
        if self._age(one) >= 17 and chance.random() < 0.3:
            one.facts.append(("occupation", chance.choice(WORK)))

    def _vehicle(self, part: Part, one: Person) -> None:
        make, model = self.chance.choice(CARS)
        made: dict[str, object] = {
            "vrm": self.numbers.vrm(),
            "vin": self.numbers.vin(),
            "make": make,
            "model": model,
        }
        made |= {"colour": self.chance.choice(COLOURS), "year": self.chance.randint(2008, 2025)}
        kind = "van" if model == "Transit" else "car"
        car = Thing("vehicle", made | {"vehicle_kind": kind})
        part.things.append(car)
        since = str(self.today.year - self.chance.randint(0, 4))
        part.ties.append(Tie("keeper", one, car, since, confirmed=True))
        given = one.given.partition(" ")[0]
        one.identifiers.append(
            ("DRIVER", self.numbers.driver(one.family, given, one.sex, one.born))
        )

    def _phone(self, part: Part, one: Person) -> Thing:
        values = {"imei": self.numbers.imei(), "msisdn": self.numbers.mobile()}
        phone = Thing(
            "phone", {**values, "make": self.chance.choice(("Apple", "Samsung", "Nokia"))}
        )
        part.things.append(phone)
        part.ties.append(Tie("uses", one, phone, str(self.today.year - 1)))
        return phone

    def _record(self, part: Part, one: Person) -> None:
        """What the force has of somebody who has come to notice."""
        chance, year = self.chance, self.today.year - self.chance.randint(0, 12)
        if year < one.born.year + 12:
            year = self.today.year
        one.identifiers.append(("PNC", self.numbers.pnc(year)))
        if chance.random() < 0.3:
            one.identifiers.append(("CRO", self.numbers.cro(year)))
        if chance.random() < 0.2:
            one.names.append(("street", "", chance.choice(NICKNAMES)))
        if chance.random() < 0.1:
            one.names.append(("alias", chance.choice(FAMILIES), one.given))
            one.births.append(one.born.replace(year=one.born.year + 1, day=1).isoformat())
        if chance.random() < 0.25:
            one.markers.append(chance.choice(MARKERS))
        if chance.random() < 0.15:
            one.marks.append(chance.choice(SCARS))
        for crime in {chance.randrange(self.crimes) for _ in range(chance.choice((1, 1, 1, 2, 3)))}:
            role = "witness" if self._age(one) < 10 else chance.choice(ROLES)
            part.ties.append(Tie(role, one, crime))

    def _associates(self, part: Part, people: list[Person], count: int) -> None:
        for _ in range(count):
            one, other = self.chance.sample(people, 2)
            part.ties.append(Tie("associate", one, other, str(self.today.year - 1)))

    def _calls(self, part: Part, phones: list[Thing]) -> None:
        """Calls between two telephones stand as one link with how many there were."""
        for _ in range(len(phones) * 3):
            self._called(part, *self.chance.sample(phones, 2))

    def _called(self, part: Part, one: Thing, other: Thing) -> None:
        first = self.today - datetime.timedelta(days=self.chance.randint(30, 400))
        last = min(self.today, first + datetime.timedelta(days=self.chance.randint(0, 90)))
        times = self.chance.choice((1, 1, 2, 3, 7, 19, 41))
        said = f"{times} call{'s' if times > 1 else ''}"
        part.ties.append(Tie("called", one, other, first.isoformat(), last.isoformat(), said))

    def _twice(self, part: Part, known: list[Person]) -> None:
        """A few are on record twice, as two reports wrote them, and were judged the same."""
        for one in known[:6]:
            again = Person(
                one.family, one.given[:1], one.sex, one.born, str(one.born.year), one.home
            )
            part.people.append(again)
            part.ties.append(Tie("witness", again, self.chance.randrange(self.crimes)))
            part.same.append((one, again, "Same address, initial and year of birth"))

    def _again(self, part: Part, known: list[Person]) -> None:
        """Many of those known to the force are on record again, and nobody has noticed."""
        for one in known:
            for _ in range(times(self.chance)):
                made = again(one, self.chance)
                part.people.append(made)
                if one.home is not None and self.chance.random() < 0.7:
                    part.ties.append(Tie("home", made, one.home, confirmed=True))
                part.ties.append(
                    Tie(self.chance.choice(ROLES), made, self.chance.randrange(self.crimes))
                )

    def _hub(self, part: Part) -> None:
        """One who knows everybody, and whose telephone has called four hundred others."""
        home = self._house(part)
        one = self._person(part, "Saltmarsh", home, 47, "M")
        one.names.append(("street", "", "Harbourmaster"))
        one.markers.append(("weapons", "A shotgun was found at the yard"))
        part.ties.append(Tie("home", one, home, "2014"))
        grown = [other for other in part.people if other is not one and self._age(other) > 16]
        part.ties += [
            Tie("associate", one, other, note="Seen at the yard")
            for other in self.chance.sample(grown, min(HUB_ASSOCIATES, len(grown)))
        ]
        part.ties += [Tie("suspect", one, n) for n in range(min(9, self.crimes))]
        phone = self._phone(part, one)
        lines = [self._line(part) for _ in range(CALLED)]
        for line in lines:
            self._called(part, phone, line)

    def _line(self, part: Part) -> Thing:
        line = Thing("phone", {"msisdn": self.numbers.landline()})
        part.things.append(line)
        return line
